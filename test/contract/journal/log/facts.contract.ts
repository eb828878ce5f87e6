import { expect, test } from 'vitest';
import type { FeedEventFact, JournalDatabase, LogRow, ToldHold } from '../../../../store/journal/port.ts';
import type { JournalOpening } from '../journal-under-test.ts';
import { leaseOf, numbered } from './log.contract.ts';

const dayMs = 86_400_000;
const at = new Date('2026-11-30T10:00:00Z');
const card = '21852000000066';
const lease = (journal: JournalDatabase) => leaseOf(journal, 'the only follower');

/** A check-out at a desk, some seconds after 10:00. */
const lentAt = (sequence: string, seconds = 0): FeedEventFact => ({
  sequence,
  kind: 'LOAN_BEGUN',
  at: new Date(at.getTime() + seconds * 1000),
  libraryCardNumber: card,
  loanId: `L${sequence}`,
  causedBy: null,
});

const loansOf = (rows: readonly LogRow[]) => rows.map(({ subjectId }) => subjectId);

/** Begins the log after the event 10. */
async function begin(journal: JournalDatabase): Promise<void> {
  const page = { facts: [lentAt('9'), lentAt('10')], until: '10', isLast: true };
  expect(await journal.logFeedPage(await lease(journal), page)).toBe(true);
}

export function logFeedContract(open: JournalOpening): void {
  test('begins at the end of the feed, with a new generation', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { generation } = await journal.logState();
    const early = { facts: [lentAt('1')], until: '1', isLast: false };
    expect(await journal.logFeedPage(await lease(journal), early)).toBe(true);
    expect(await journal.loggedSequence()).toBeNull();
    expect((await journal.logState()).generation).toBe(generation);
    await begin(journal);
    expect(await journal.loggedSequence()).toBe('10');
    expect((await journal.logState()).generation).not.toBe(generation);
    expect(await numbered(journal)).toEqual([]);
  });

  test('tells each event of the feed once, with its card and its loan', async () => {
    await using subject = await open();
    const { journal } = subject;
    await begin(journal);
    const held = await lease(journal);
    const page = {
      facts: [lentAt('12'), { ...lentAt('14'), kind: 'LOAN_ENDED' as const }],
      until: '14',
      isLast: true,
    };
    await journal.logFeedPage(held, page);
    await journal.logFeedPage(held, page);
    await journal.logFeedPage(held, { ...page, until: null });
    const rows = await numbered(journal);
    expect(rows).toMatchObject([
      {
        kind: 'LOAN_BEGUN',
        subjectId: 'L12',
        card: journal.logDigest('card', card),
        causedBy: null,
        patron: null,
      },
      { kind: 'LOAN_ENDED', subjectId: 'L14' },
    ]);
    const stored = JSON.stringify(await subject.query(`select * from ${subject.table('log_entries')}`));
    expect(stored).toContain('LOAN_BEGUN');
    expect(stored).not.toContain('L12');
    expect(stored).not.toContain(card);
  });

  test('tells an event that fills a gap, and not what happened before the log began', async () => {
    await using subject = await open();
    const { journal } = subject;
    await begin(journal);
    const held = await lease(journal);
    await journal.logFeedPage(held, { facts: [lentAt('14', 10)], until: '14', isLast: true });
    const facts = [lentAt('8', -3_600), lentAt('9', -10), lentAt('12', 5), lentAt('14', 10)];
    await journal.logFeedPage(held, { facts, until: null, isLast: false });
    await journal.logFeedPage(held, { facts, until: null, isLast: false });
    expect(loansOf(await numbered(journal))).toEqual(['L14', 'L9', 'L12']);
    expect(await journal.loggedSequence()).toBe('14');
  });

  test('tells the same sequences again when the feed has begun again, in a new generation', async () => {
    await using subject = await open();
    const { journal } = subject;
    await begin(journal);
    const held = await lease(journal);
    await journal.logFeedPage(held, { facts: [lentAt('12')], until: '12', isLast: true });
    const position = { last: { sequence: '12', at }, settledSequence: '0', oldestAt: at };
    await journal.saveFeedPage(held, position, []);
    const { generation } = await journal.logState();
    await journal.restartFeed(held);
    expect((await journal.logState()).generation).not.toBe(generation);
    expect(await journal.loggedSequence()).toBeNull();
    await begin(journal);
    await journal.logFeedPage(held, { facts: [lentAt('12')], until: '12', isLast: true });
    expect(loansOf(await numbered(journal))).toEqual(['L12', 'L12']);
  });

  test('is written by nobody whose lease has ended', async () => {
    await using subject = await open();
    const other = await subject.open();
    const lost = await leaseOf(subject.journal, 'one');
    await subject.journal.logFeedPage(lost, { facts: [], until: '10', isLast: true });
    await other.followFeed('other', 15_000);
    await subject.pass(16_000);
    expect(await other.followFeed('other', 15_000)).not.toBeNull();
    const page = { facts: [lentAt('12')], until: '12', isLast: true };
    expect(await subject.journal.logFeedPage(lost, page)).toBe(false);
    expect(await subject.journal.logHolds(lost, [{ libraryCardNumber: card, holds: [] }], '2026-11-30')).toBe(
      false,
    );
    expect(await subject.journal.seedHolds(lost, [], true)).toBe(false);
    await subject.journal.saveIndexedNumber(lost, 7);
    expect(await other.loggedSequence()).toBe('10');
    expect(await other.areHoldsTold()).toBe(false);
    expect(await other.indexedNumber()).toBeNull();
  });
}

const queued: ToldHold = { id: 'H1', state: 'QUEUED', pickupBranch: 'STCL', readyUntil: null };
const ready: ToldHold = { ...queued, state: 'READY', readyUntil: '2026-12-05' };

export function logHoldsContract(open: JournalOpening): void {
  /** The differences that one reading after another tells. */
  async function told(
    journal: JournalDatabase,
    readings: readonly (readonly ToldHold[])[],
    today = '2026-11-30',
  ): Promise<readonly (readonly unknown[])[]> {
    const { newest } = await journal.logState();
    for (const holds of readings) {
      await journal.logHolds(await lease(journal), [{ libraryCardNumber: card, holds }], today);
    }
    return (await numbered(journal, newest)).map(({ kind, subjectId, branch }) => [kind, subjectId, branch]);
  }

  test('tells a hold that became ready, moved, lapsed, or left the shelf, once', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.seedHolds(await lease(journal), [], true);
    expect(await told(journal, [[queued], [queued]])).toEqual([]);
    expect(await told(journal, [[ready], [ready]])).toEqual([['HOLD_READY', 'H1', 'STCL']]);
    const moved = { ...ready, pickupBranch: 'CWRL' };
    expect(await told(journal, [[moved], [{ ...moved, readyUntil: '2026-12-07' }]])).toEqual([
      ['HOLD_MOVED', 'H1', 'CWRL'],
      ['HOLD_MOVED', 'H1', 'CWRL'],
    ]);
    expect(await told(journal, [[], []], '2026-12-07')).toEqual([['HOLD_OFF_SHELF', 'H1', 'CWRL']]);
    expect(await told(journal, [[ready]])).toEqual([['HOLD_READY', 'H1', 'STCL']]);
    expect(await told(journal, [[]], '2026-12-06')).toEqual([['HOLD_LAPSED', 'H1', 'STCL']]);
    expect(await told(journal, [[queued], []])).toEqual([]);
  });

  test('tells a hold that moved to another card as one that moved', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.seedHolds(await lease(journal), [], true);
    await told(journal, [[ready]]);
    const other = { libraryCardNumber: '21852000000074', holds: [ready] };
    await journal.logHolds(await lease(journal), [other], '2026-11-30');
    expect(await numbered(journal, 1)).toMatchObject([
      { kind: 'HOLD_MOVED', subjectId: 'H1', card: journal.logDigest('card', other.libraryCardNumber) },
    ]);
    expect(await told(journal, [[]])).toEqual([]);
  });

  test('tells nothing of holds that were ready before the first hold was told', async () => {
    await using subject = await open();
    const { journal } = subject;
    const held = await lease(journal);
    expect(await told(journal, [[ready]])).toEqual([]);
    expect(await told(journal, [[ready, { ...queued, id: 'H3' }]])).toEqual([]);
    expect(await told(journal, [[ready, { ...ready, id: 'H3' }]])).toEqual([['HOLD_READY', 'H3', 'STCL']]);
    expect(await told(journal, [[ready]])).toEqual([['HOLD_OFF_SHELF', 'H3', 'STCL']]);
    expect(await journal.areHoldsTold()).toBe(false);
    const seeded = { ...ready, id: 'H2', libraryCardNumber: card };
    await journal.seedHolds(held, [seeded], false);
    await journal.seedHolds(held, [{ ...seeded, pickupBranch: 'CWRL' }], true);
    expect(await journal.areHoldsTold()).toBe(true);
    expect(await told(journal, [[ready, { ...ready, id: 'H2' }]])).toEqual([]);
    expect(await told(journal, [[ready]])).toEqual([['HOLD_OFF_SHELF', 'H2', 'STCL']]);
  });

  test('keeps what was told for as long as a hold is seen, and for 100 days', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.seedHolds(await lease(journal), [], true);
    const count = async () => (await subject.query(`select * from ${subject.table('told_holds')}`)).length;
    await told(journal, [[ready]]);
    await subject.pass(60 * dayMs);
    await told(journal, [[ready]]);
    await subject.pass(60 * dayMs);
    await journal.removeExpired();
    expect(await count()).toBe(1);
    await subject.pass(60 * dayMs);
    await journal.removeExpired();
    expect(await count()).toBe(0);
  });

  test('keeps the number that the index has applied, within its generation', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.saveIndexedNumber(await lease(journal), 7);
    expect(await journal.indexedNumber()).toBe(7);
    await journal.closePlaces();
    expect(await journal.indexedNumber()).toBeNull();
  });
}
