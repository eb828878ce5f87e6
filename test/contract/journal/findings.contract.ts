import { expect, test } from 'vitest';
import {
  type CardEvent,
  type Evidence,
  type JournalDatabase,
  outcomeOf,
  type PatronFinding,
} from '../../../store/journal/port.ts';
import { always, begun, type JournalOpening, loanOf } from './journal-under-test.ts';

const dayMs = 86_400_000;
const card = '21852000000066';
const evidence: Evidence = {
  libraryCardNumber: card,
  patronStatus: 'SUSPENDED',
  cardState: 'ACTIVE',
  event: { kind: 'CARD_UNBLOCKED', sequence: '815', at: '2026-11-15T10:15:00.000Z' },
  loans: [{ libraryCardNumber: card, since: '2026-11-14T10:15:00.000Z', operationId: null }],
};
const unblocked: PatronFinding = { kind: 'CARD_NOT_BLOCKED', patronId: 'P0000001', evidence };
const all = { states: null, kinds: null };

/** Records the findings. Resolves to the number of those that were not open before. */
const opened = async (journal: JournalDatabase, found: readonly PatronFinding[]) =>
  (await journal.recordPatronFindings(found)).opened;

export function journalFindingsContract(open: JournalOpening): void {
  test('of patrons are recorded once, and nothing of a person is stored in clear', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await opened(journal, [unblocked, unblocked])).toBe(1);
    expect(await opened(journal, [unblocked])).toBe(0);
    expect(await journal.openFindingsOf(['P0000002'])).toEqual([]);
    expect(await journal.openFindingsOf(['P0000001'])).toMatchObject([
      { ...unblocked, state: 'OPEN', sequence: '815', changed: null },
    ]);
    const rows = await subject.query(`select * from ${subject.table('findings')}`);
    expect(JSON.stringify(rows)).not.toMatch(/P0000001|21852|SUSPENDED/);
    // Findings about patrons are not listed with the findings about operations, but the count includes both.
    expect(await journal.latestFindings(10)).toEqual([]);
    expect(await journal.countOpenFindings()).toEqual(new Map([['CARD_NOT_BLOCKED', 1]]));
  });

  test('are open until somebody closes them, and a closed one stays closed', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.recordPatronFindings([unblocked]);
    const [found] = await journal.openFindingsOf(['P0000001']);
    const key = { id: found?.id ?? '', kind: unblocked.kind };
    const by = 'staff-7';
    expect(await journal.changeFinding(key, { state: 'ACKNOWLEDGED', by, reason: null })).toBe(true);
    expect(await journal.findFinding(key)).toMatchObject({
      state: 'ACKNOWLEDGED',
      changed: { by, reason: null },
    });
    await subject.pass(101 * dayMs);
    await journal.removeExpired();
    expect(await journal.changeFinding(key, { state: 'CLOSED', by, reason: 'The desk knows.' })).toBe(true);
    expect(await journal.changeFinding(key, { state: 'ACKNOWLEDGED', by, reason: null })).toBe(false);
    expect(await opened(journal, [unblocked])).toBe(0);
    expect(await journal.findFinding(key)).toMatchObject({
      state: 'CLOSED',
      changed: { reason: 'The desk knows.' },
    });
    expect(await journal.countOpenFindings()).toEqual(new Map());
    await journal.removeExpired();
    expect(await journal.findFinding(key)).toBeNull();
  });

  test('that were resolved are opened again when they are found again', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.recordPatronFindings([unblocked]);
    const [found] = await journal.openFindingsOf(['P0000001']);
    const key = { id: found?.id ?? '', kind: unblocked.kind };
    expect(await journal.changeFinding(key, { state: 'RESOLVED', by: null, reason: null })).toBe(true);
    expect(await journal.openFindingsOf(['P0000001'])).toEqual([]);
    expect(await opened(journal, [unblocked])).toBe(1);
    expect(await journal.openFindingsOf(['P0000001'])).toMatchObject([{ state: 'OPEN' }]);
  });

  test('that were changed after a reading began are not opened by it', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.recordPatronFindings([unblocked]);
    const { last: read } = await journal.bookNumbers();
    const [found] = await journal.openFindingsOf(['P0000001']);
    const { version } = found ?? expect.fail('not found');
    const key = { id: found?.id ?? '', kind: unblocked.kind };
    await journal.recordPatronFindings([unblocked]);
    const resolved = { state: 'RESOLVED', by: null, reason: null } as const;
    expect(await journal.changeFinding(key, resolved, version)).toBe(true);
    // The clock shows that this was long ago. It decides nothing.
    await subject.step(dayMs);
    const later = { opened: 0, later: new Set(['P0000001']) };
    expect(await journal.recordPatronFindings([unblocked], read)).toEqual(later);
    expect(await journal.openFindingsOf(['P0000001'])).toEqual([]);
    const { last: now } = await journal.bookNumbers();
    expect(await journal.recordPatronFindings([unblocked], now)).toEqual({ opened: 1, later: new Set() });
    // It was opened again, so a change that was asked for before concerns another finding.
    expect(await journal.changeFinding(key, resolved, version)).toBe(false);
    expect(await journal.openFindingsOf(['P0000001'])).toMatchObject([{ state: 'OPEN' }]);
  });

  test('have a new version if their evidence changes, and only then', async () => {
    await using subject = await open();
    const { journal } = subject;
    const versionNow = async () => (await journal.openFindingsOf(['P0000001']))[0]?.version ?? 0n;
    await journal.recordPatronFindings([unblocked]);
    const first = await versionNow();
    await journal.recordPatronFindings([unblocked]);
    expect(await versionNow()).toBe(first);
    await journal.recordPatronFindings([{ ...unblocked, evidence: { ...evidence, loans: [] } }]);
    expect(await versionNow()).toBeGreaterThan(first);
  });

  test('are listed with those of operations, the latest first, by state and kind', async () => {
    await using subject = await open();
    const { journal } = subject;
    const at = new Date('2026-11-15T10:15:00Z');
    const lost = { operationId: 'x'.repeat(22), discrepancy: 'OPERATION_LOST', sequence: '9', at } as const;
    await journal.recordFindings([lost]);
    await subject.pass(1_000);
    await journal.recordPatronFindings([unblocked]);
    const [first, second] = await journal.findings(all, 'LATEST_FOUND_FIRST', null, 10);
    expect(first).toMatchObject(unblocked);
    expect(second).toMatchObject({
      id: lost.operationId,
      kind: 'OPERATION_LOST',
      patronId: null,
      evidence: null,
    });
    expect(await journal.findings(all, 'LATEST_FOUND_FIRST', first ?? null, 10)).toEqual([second]);
    expect(
      await journal.findings({ states: null, kinds: ['OPERATION_LOST'] }, 'LATEST_FOUND_FIRST', null, 10),
    ).toEqual([second]);
    expect(
      await journal.findings({ states: ['CLOSED'], kinds: null }, 'LATEST_FOUND_FIRST', null, 10),
    ).toEqual([]);
    expect(await journal.findings(all, 'OLDEST_FOUND_FIRST', null, 10)).toEqual([second, first]);
    expect(await journal.findings(all, 'OLDEST_FOUND_FIRST', second ?? null, 10)).toEqual([first]);
    expect(await journal.countFindings(all)).toBe(2);
    expect(await journal.countFindings({ states: ['OPEN'], kinds: ['CARD_NOT_BLOCKED'] })).toBe(1);
  });

  test('name operations that never settle, until they do', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.reserve(id, loanOf('P0000001'), always);
    await subject.pass(dayMs);
    expect(await journal.neverSettling(dayMs, 10)).toEqual([]);
    await subject.pass(120_000);
    const [stuck] = await journal.neverSettling(dayMs, 10);
    expect(stuck).toMatchObject({ operationId: id, kind: 'CHECK_OUT' });
    const at = new Date('2026-11-15T10:15:00Z');
    await journal.recordFindings([{ operationId: id, discrepancy: 'NEVER_SETTLES', sequence: null, at }]);
    expect(await journal.neverSettling(dayMs, 10)).toEqual([]);
    expect(await journal.findFinding({ id, kind: 'NEVER_SETTLES' })).toMatchObject({ state: 'OPEN' });
    await journal.settle(id, outcomeOf('REFUSED', null));
    expect(await journal.neverSettling(dayMs, 10)).toEqual([]);
    expect(await journal.findFinding({ id, kind: 'NEVER_SETTLES' })).toMatchObject({ state: 'RESOLVED' });
  });

  test('know the patrons whose records or cards were changed, each change once', async () => {
    await using subject = await open();
    const { journal } = subject;
    const changed = async (...patronIds: readonly string[]) => {
      const { id: operationId } = await begun(journal);
      const by = {
        operationId,
        subject: 'staff-7',
        clientId: null,
        role: 'STAFF' as const,
        signInId: null,
      };
      for (const patronId of patronIds) {
        await journal.recordChanges([{ ...by, patronId, field: `status ${patronId}` }]);
      }
    };
    expect(await journal.patronsChanged(null, 2)).toEqual({ patronIds: [], last: null });
    await changed('P0000001', 'P0000002', 'P0000003');
    const latest = await journal.patronsChanged(null, 2);
    expect(latest.patronIds).toEqual(['P0000002', 'P0000003']);
    await changed('P0000004');
    const next = await journal.patronsChanged(latest.last, 2);
    expect(next.patronIds).toEqual(['P0000004']);
    expect(await journal.patronsChanged(next.last, 2)).toEqual({ patronIds: [], last: next.last });
  });

  test('count the parts of an operation that have not settled', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const child = await begun(journal, { caller: `operation ${id}`, isUnlisted: true });
    expect(await journal.countUnsettledChildren(id)).toBe(1);
    await journal.settle(child.id, outcomeOf('DONE', null));
    expect(await journal.countUnsettledChildren(id)).toBe(0);
  });

  const event = (kind: CardEvent['kind'], sequence: string): CardEvent => ({
    libraryCardNumber: card,
    kind,
    sequence,
    at: new Date('2026-11-15T10:15:00Z'),
  });
  const otherCard = '21852000000033';
  const otherAtDesk = (...given: Parameters<typeof event>) => ({
    ...event(...given),
    libraryCardNumber: otherCard,
    isOurs: false,
  });
  const atDesk = (...given: Parameters<typeof event>) => ({ ...event(...given), isOurs: false });
  const ours = (...given: Parameters<typeof event>) => ({ ...event(...given), isOurs: true });

  test('know of each card the latest event, in whichever order events are read', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.cardEventsRead()).toMatchObject({ sequence: '0', since: null });
    const since = new Date('2026-08-15T10:15:00Z');
    const read = (from: string, sequence: string) => ({ from, sequence, since });
    await journal.keepCardEvents(
      [atDesk('CARD_BLOCKED', '99'), atDesk('CARD_REGISTERED', '98')],
      read('0', '99'),
    );
    const later = { ...read('99', '100'), since: new Date() };
    expect(await journal.keepCardEvents([atDesk('CARD_UNBLOCKED', '100')], later)).toBe(true);
    await journal.keepCardEvents([atDesk('CARD_BLOCKED', '97')], null);
    expect(await journal.cardEventsRead()).toMatchObject({ sequence: '100', since });
    const known = [
      { block: event('CARD_UNBLOCKED', '100'), registration: event('CARD_REGISTERED', '98') },
      { block: null, registration: null },
    ];
    expect(await journal.cardEventsOf([card, '21852000000033'])).toEqual(known);
    // Another process has kept the page meanwhile, or all events are read again.
    expect(await journal.keepCardEvents([atDesk('CARD_BLOCKED', '150')], read('99', '150'))).toBe(false);
    expect(await journal.cardEventsOf([card, '21852000000033'])).toEqual(known);
    const rows = await subject.query(`select * from ${subject.table('card_events')}`);
    expect(JSON.stringify(rows)).not.toContain(card);
  });

  test('know nothing of blocks after circulation was restored, and open again what staff have closed', async () => {
    await using subject = await open();
    const { journal } = subject;
    const read = { from: '0', sequence: '100', since: new Date('2026-08-15T10:15:00Z') };
    const events = [
      atDesk('CARD_REGISTERED', '98'),
      atDesk('CARD_BLOCKED', '99'),
      ours('CARD_UNBLOCKED', '100'),
    ];
    await journal.keepCardEvents([...events, otherAtDesk('CARD_BLOCKED', '100')], read);
    const tooMany: PatronFinding = { ...unblocked, kind: 'TOO_MANY_LOANS' };
    await journal.recordPatronFindings([unblocked, tooMany]);
    for (const { id, kind } of await journal.openFindingsOf(['P0000001'])) {
      await journal.changeFinding(
        { id, kind },
        { state: 'CLOSED', by: 'staff-7', reason: 'The desk knows.' },
      );
    }
    expect(await journal.nextSuspects('PATRON', 99n, 10)).toEqual([]);
    await journal.restartCardEvents();
    expect(await journal.cardEventsRead()).toMatchObject({ sequence: '0', since: null });
    expect(await journal.cardEventsOf([card])).toEqual([{ block: null, registration: null }]);
    // Nobody unblocks a card that a desk had blocked, until its new events are known.
    expect(await journal.cardsBlockedByOthers([card, otherCard])).toEqual([otherCard]);
    expect(await journal.nextSuspects('PATRON', 99n, 10)).toMatchObject([{ number: 'P0000001' }]);
    expect(await opened(journal, [unblocked, tooMany])).toBe(1);
    expect(await journal.openFindingsOf(['P0000001'])).toMatchObject([{ kind: unblocked.kind }]);
    // The sequence numbers have begun again.
    await journal.keepCardEvents([atDesk('CARD_BLOCKED', '1')], { ...read, sequence: '1' });
    expect(await journal.cardEventsOf([card])).toMatchObject([{ block: { kind: 'CARD_BLOCKED' } }]);
  });

  test('know which cards somebody else has blocked, whatever we do with them but unblock them', async () => {
    await using subject = await open();
    const { journal } = subject;
    const blockedByOthers = () => journal.cardsBlockedByOthers([card, '21852000000033']);
    await journal.keepCardEvents([ours('CARD_BLOCKED', '1')], null);
    expect(await blockedByOthers()).toEqual([]);
    await journal.keepCardEvents([atDesk('CARD_BLOCKED', '2'), ours('CARD_BLOCKED', '3')], null);
    await journal.keepCardEvents([ours('CARD_BLOCKED', '4')], null);
    expect(await blockedByOthers()).toEqual([card]);
    await journal.keepCardEvents([ours('CARD_UNBLOCKED', '5')], null);
    expect(await blockedByOthers()).toEqual([]);
    await journal.keepCardEvents([atDesk('CARD_BLOCKED', '7'), atDesk('CARD_UNBLOCKED', '6')], null);
    expect(await blockedByOthers()).toEqual([card]);
  });

  test('measure circulation by its events: clock, longest change, repeated changes and filled gaps', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.measureCirculation()).toEqual({
      clockOffset: null,
      longestChangeMs: null,
      duplicates: 0,
      filledGaps: 0,
      longestGapMs: null,
      daysLeftOut: [],
    });
    const { id } = await begun(journal);
    await journal.reserve(id, loanOf('P0000001'), always);
    const { operation } = await journal.settle(id, outcomeOf('DONE', null));
    const sentAt = (operation.certainAt?.getTime() ?? 0) - (operation.certainAfterMs ?? 0);
    // Circulation's clock is five seconds ahead.
    const at = new Date(sentAt + 5_000);
    const position = (sequence: string) => ({ last: { sequence, at }, settledSequence: '0', oldestAt: at });
    const effect = (sequence: string) => ({ sequence, operationId: id, kind: 'CHECKED_OUT', at });
    const followed = await journal.followFeed('one', 600_000);
    const lease = followed?.lease ?? expect.fail('somebody else follows the feed');
    await journal.saveFeedPage(lease, position('10'), [effect('10')]);
    await subject.pass(20_000);
    await journal.saveFeedPage(lease, position('10'), [effect('9')]);
    const { clockOffset, longestGapMs, longestChangeMs, ...measured } = await journal.measureCirculation();
    expect(measured).toEqual({ duplicates: 1, filledGaps: 1, daysLeftOut: [] });
    expect(longestChangeMs, 'without the five seconds').toBe(5_000 - (clockOffset?.min ?? 0));
    expect(clockOffset?.max).toBe(6_000);
    expect(clockOffset?.min).toBeLessThanOrEqual(5_000);
    expect(clockOffset?.min).toBeGreaterThan(0);
    expect(longestGapMs).toBeGreaterThanOrEqual(20_000);
    expect(longestGapMs).toBeLessThan(30_000);
  });

  test('a day in which a clock was set is left out of the measures, and told', async () => {
    await using subject = await open();
    const { journal } = subject;
    const followed = await journal.followFeed('one', 600_000);
    const lease = followed?.lease ?? expect.fail('somebody else follows the feed');
    let sequence = 100;
    /** A change, with which a gap of a second is filled. Circulation's clock seems ahead by `aheadMs`. */
    const change = async (aheadMs: number) => {
      const { id } = await begun(journal);
      await journal.reserve(id, loanOf('P0000001'), always);
      const { operation } = await journal.settle(id, outcomeOf('DONE', null));
      const sentAtMs = (operation.certainAt?.getTime() ?? 0) - (operation.certainAfterMs ?? 0);
      const at = new Date(sentAtMs + aheadMs);
      sequence += 2;
      const effect = (number: number) => ({
        sequence: `${number}`,
        operationId: id,
        kind: 'CHECKED_OUT',
        at,
      });
      const position = { last: { sequence: `${sequence}`, at }, settledSequence: '0', oldestAt: at };
      await journal.saveFeedPage(lease, position, [effect(sequence)]);
      await subject.pass(1_000);
      await journal.saveFeedPage(lease, position, [effect(sequence - 1)]);
    };
    const hourMs = 3_600_000;
    await subject.step(Date.parse('2026-11-20T02:00:00Z') - (await journal.now()).getTime());
    await change(0);
    await subject.pass(24 * hourMs);
    await change(0);
    await subject.step(hourMs);
    await change(-hourMs);
    const { longestChangeMs, ...measured } = await journal.measureCirculation();
    expect(measured).toMatchObject({
      clockOffset: { max: 1_000 },
      duplicates: 3,
      filledGaps: 1,
      daysLeftOut: ['2026-11-21'],
    });
    expect(longestChangeMs).toBe(0);
  });
}
