import { expect, test } from 'vitest';
import {
  type Books,
  type Effect,
  type FeedLease,
  type FeedPosition,
  outcomeOf,
} from '../../../store/journal/port.ts';
import { PlacesClosed } from '../../../store/store-unavailable.ts';
import { always, begun, type JournalOpening, lent, loanOf } from './journal-under-test.ts';

const leaseMs = 15_000;
const at = new Date('2026-11-15T10:15:00Z');
const effectOf = (operationId: string, sequence: string): Effect => ({
  operationId,
  sequence,
  at,
  kind: 'CHECKED_OUT',
});
const positionAt = (sequence: string): FeedPosition => ({
  last: { sequence, at },
  settledSequence: '0',
  oldestAt: at,
});
const unknown = 'x'.repeat(22);

/**
 * Takes the lease of the feed.
 * @throws Error if another follower has it
 */
async function lease(journal: Books, follower: string): Promise<FeedLease> {
  const followed = await journal.followFeed(follower, leaseMs);
  if (followed === null) {
    throw new Error('another follower has the lease');
  }
  return followed.lease;
}

export function journalBooksContract(open: JournalOpening): void {
  test('are followed by one process at a time, until its lease ends', async () => {
    await using subject = await open();
    const other = await subject.open();
    expect(await subject.journal.followFeed('one', leaseMs)).toMatchObject({
      position: { last: null, settledSequence: '0', oldestAt: null },
      countedSequence: '0',
      isRestored: false,
      isStarted: false,
      isOpened: false,
    });
    const one = await lease(subject.journal, 'one');
    expect(await other.followFeed('other', leaseMs)).toBeNull();
    await subject.pass(leaseMs + 1_000);
    expect(await other.followFeed('other', leaseMs)).not.toBeNull();
    expect(await subject.journal.followFeed('one', leaseMs)).toBeNull();
    expect(await subject.journal.saveFeedPage(one, positionAt('1'), [])).toBe(false);
    expect(await subject.journal.restartFeed(one)).toBe(false);
    await other.leaveFeed('other');
    expect(await subject.journal.followFeed('one', leaseMs)).not.toBeNull();
  });

  test('are followed by another process when the lease has stood still, whatever the clock shows', async () => {
    await using subject = await open();
    const other = await subject.open();
    await subject.step(3_600_000);
    await subject.journal.followFeed('one', leaseMs);
    await subject.step(-3_600_000);
    expect(await other.followFeed('other', leaseMs)).toBeNull();
    await subject.pass(leaseMs - 1_000);
    await subject.journal.followFeed('one', leaseMs);
    await subject.step(3_600_000);
    expect(await other.followFeed('other', leaseMs)).toBeNull();
    await subject.step(-7_200_000);
    await subject.pass(leaseMs - 1_000);
    expect(await other.followFeed('other', leaseMs)).toBeNull();
    await subject.pass(2_000);
    expect(await other.followFeed('other', leaseMs)).not.toBeNull();
    expect(await subject.journal.followFeed('one', leaseMs)).toBeNull();
  });

  test('are followed by the first of two processes that find the lease free', async () => {
    await using subject = await open();
    const [second, third] = [await subject.open(), await subject.open()];
    await subject.journal.followFeed('one', leaseMs);
    await second.followFeed('two', leaseMs);
    await third.followFeed('three', leaseMs);
    await subject.pass(leaseMs + 1_000);
    expect(await second.followFeed('two', leaseMs)).not.toBeNull();
    expect(await third.followFeed('three', leaseMs)).toBeNull();
  });

  test('are followed from where the process before stopped', async () => {
    await using subject = await open();
    const { journal } = subject;
    const one = await lease(journal, 'one');
    const page = [effectOf(unknown, '9223372036854775807')];
    expect(await journal.saveFeedPage(one, positionAt('9223372036854775807'), page)).toBe(true);
    expect(await journal.saveFeedPage({ ...one, generation: 'another server' }, positionAt('1'), page)).toBe(
      false,
    );
    await journal.leaveFeed('one');
    const followed = await (await subject.open()).followFeed('other', leaseMs);
    expect(followed?.position).toEqual(positionAt('9223372036854775807'));
    expect(await journal.restartFeed(await lease(journal, 'other'))).toBe(true);
    expect((await journal.followFeed('other', leaseMs))?.position.last).toBeNull();
    expect(await journal.accountsOf([unknown])).toEqual([]);
  });

  test('forget the position of notices when circulation’s sequences begin again', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.leaseNotices('one', leaseMs);
    await journal.saveNoticeEvents('one', '9000');
    await journal.restartFeed(await lease(journal, 'one'));
    expect(await journal.leaseNotices('one', leaseMs)).toMatchObject({ eventSequence: null });
  });

  test('have one account for each operation, with effects in the order of their sequences', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const one = await lease(journal, 'one');
    const effects = [effectOf(id, '10'), effectOf(id, '9'), effectOf(unknown, '11')];
    await journal.saveFeedPage(one, positionAt('11'), effects);
    await journal.saveFeedPage(one, positionAt('11'), effects);
    const accounts = await journal.accountsAfter('', 2);
    expect(accounts).toHaveLength(2);
    expect(accounts).toContainEqual({
      operationId: id,
      operation: {
        kind: 'CHECK_OUT',
        state: 'UNSETTLED',
        certainAt: null,
        certainAfterMs: null,
        settledAt: null,
      },
      effects: [effectOf(id, '9'), effectOf(id, '10')],
    });
    expect(accounts).toContainEqual({
      operationId: unknown,
      operation: null,
      effects: [effectOf(unknown, '11')],
    });
    const [first, second] = [id, unknown].sort();
    expect((await journal.accountsAfter('', 1)).map(({ operationId }) => operationId)).toEqual([first]);
    expect((await journal.accountsAfter(first ?? '', 1)).map(({ operationId }) => operationId)).toEqual([
      second,
    ]);
  });

  test('still have the outcome of an operation after 30 days, and nothing after 100', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.settle(id, outcomeOf('DONE', null));
    const one = await lease(journal, 'one');
    await journal.saveFeedPage(one, positionAt('9'), [{ ...effectOf(id, '9'), at: new Date() }]);
    await journal.recordFindings([
      { operationId: id, discrepancy: 'DONE_TWICE', sequence: '9', at: new Date() },
    ]);
    await subject.pass(31 * 86_400_000);
    await journal.removeExpired();
    expect(await journal.findById(id)).toBeNull();
    const [account] = await journal.accountsOf([id]);
    expect(account?.operation).toMatchObject({ kind: 'CHECK_OUT', state: 'DONE', certainAt: null });
    await subject.pass(70 * 86_400_000);
    await journal.removeExpired();
    expect(await journal.accountsOf([id])).toEqual([]);
    // A finding stays until somebody has closed it.
    expect(await journal.latestFindings(1)).toMatchObject([{ state: 'OPEN' }]);
    const key = { id, kind: 'DONE_TWICE' } as const;
    await journal.changeFinding(key, { state: 'CLOSED', by: 'staff', reason: 'The reader knows.' });
    await journal.removeExpired();
    expect(await journal.latestFindings(1)).toEqual([]);
  });

  test('record a finding once, and list the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const finding = { operationId: unknown, discrepancy: 'OPERATION_LOST', sequence: '9', at } as const;
    const other = { ...finding, operationId: 'y'.repeat(22) };
    expect(await journal.recordFindings([finding])).toEqual([finding]);
    await subject.pass(1_000);
    expect(await journal.recordFindings([finding, other])).toEqual([other]);
    const listed = await journal.latestFindings(10);
    expect(listed).toMatchObject([other, finding]);
    expect(await journal.latestFindings(1)).toEqual(listed.slice(0, 1));
  });

  test('find what was refused after its effect was read, and open that to correction', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.reserve(id, loanOf('P0000001'), always);
    const one = await lease(journal, 'one');
    await journal.saveFeedPage(one, positionAt('9'), [effectOf(id, '9')]);
    expect(await journal.accountsRefused(60_000, 10)).toEqual([]);
    await journal.settle(id, outcomeOf('REFUSED', null));
    expect(await journal.accountsRefused(60_000, 10)).toMatchObject([{ operationId: id }]);
    await expect(journal.settle(id, outcomeOf('DONE', null))).resolves.toMatchObject({
      overturnsRefusal: false,
    });
    await journal.reopenRefusal(id);
    expect((await journal.takeDue(10, leaseMs)).map(({ operation }) => operation.id)).toEqual([id]);
    await expect(journal.settle(id, outcomeOf('DONE', null))).resolves.toMatchObject({
      overturnsRefusal: true,
    });
    await subject.pass(120_000);
    expect(await journal.accountsRefused(60_000, 10)).toEqual([]);
  });

  test('have the operations that stand as done and have no event of their kind', async () => {
    await using subject = await open();
    const { journal } = subject;
    const kinds = { CHECK_OUT: 'CHECKED_OUT', CHECK_IN: 'CHECKED_IN' };
    const settled = async (state: 'DONE' | 'REFUSED', kind = 'CHECK_OUT') => {
      const { id } = await begun(journal, { kind });
      await journal.settle(id, outcomeOf(state, null));
      return id;
    };
    const one = await lease(journal, 'one');
    const early = await settled('DONE');
    const ids = [await settled('DONE'), await settled('DONE', 'CHECK_IN'), await settled('DONE')] as const;
    const [without, withAnother, withOwn] = ids;
    const others = [await settled('REFUSED'), await settled('DONE', 'MOVE_HOLDS'), (await begun(journal)).id];
    // Until the journal knows the time of the oldest event, it can't say that an event is missing.
    expect(await journal.withoutEvent(kinds, 60_000, 0, 10)).toEqual([]);
    const effects = [effectOf(withOwn, '9'), effectOf(withAnother, '10')];
    const longAgo = new Date(Date.now() - 3_600_000);
    await journal.saveFeedPage(one, { ...positionAt('10'), oldestAt: longAgo }, effects);
    const found = [early, without, withAnother];
    const operationIds = (operations: readonly { readonly operationId: string }[]) =>
      operations.map(({ operationId }) => operationId).sort();
    expect(operationIds(await journal.withoutEvent(kinds, 60_000, 0, 10))).toEqual([...found].sort());
    expect(await journal.withoutEvent(kinds, 60_000, 30_000, 10)).toEqual([]);
    expect(await journal.withoutEvent(kinds, 60_000, 0, 1)).toHaveLength(1);
    await journal.recordFindings([{ operationId: early, discrepancy: 'NOT_DONE', sequence: null, at }]);
    const swept: string[] = [];
    let lastId: string | null = '';
    for (let rounds = 0; lastId !== null; rounds += 1) {
      const next: Awaited<ReturnType<typeof journal.withoutEventAfter>> = await journal.withoutEventAfter(
        kinds,
        lastId,
        2,
      );
      swept.push(...operationIds(next.operations));
      lastId = next.lastId;
      expect(rounds).toBeLessThanOrEqual(Math.ceil((found.length + 1 + others.length) / 2));
    }
    expect(swept.sort()).toEqual([without, withAnother].sort());
    expect(await journal.latestFindings(1)).toMatchObject([{ operationId: early, sequence: null, at }]);
  });

  test('count the loans of operations by patron, once each, and keep them while they are out', async () => {
    await using subject = await open();
    const { journal } = subject;
    const one = await lease(journal, 'one');
    const [a, b, c] = [
      await lent(journal, loanOf('P0000001')),
      await lent(journal, loanOf('P0000001', { libraryCardNumber: '21852000000074' })),
      await lent(journal, loanOf('P0000002')),
    ];
    const begin = (sequence: string, { id: begunBy }: { readonly id: string }, loanId: string) => ({
      sequence,
      at,
      loanId,
      begunBy,
    });
    const end = (sequence: string, loanId: string) => ({ sequence, at, loanId, begunBy: null });
    const first = [begin('1', a, 'loan 1'), begin('2', c, 'loan 2'), end('3', 'loan 9')];
    expect(await journal.countLoans({ ...one, follower: 'other' }, first, '3', 1)).toBeNull();
    expect(await journal.countLoans(one, first, '3', 1)).toEqual([]);
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ countedSequence: '3' });
    // Loans are counted across all cards of a patron. An event of an unknown operation is counted for no patron.
    const over = begin('4', b, 'loan 3');
    const second = [over, begin('5', { id: unknown }, 'loan 4'), end('6', 'loan 1')];
    expect(await journal.countLoans(one, second, '6', 1)).toEqual([over]);
    expect(await journal.countLoans(one, [end('7', 'loan 3'), begin('8', a, 'loan 5')], '8', 1)).toEqual([]);
    const rows = await subject.query(`select * from ${subject.table('loans_out')}`);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/P000000|loan \d/);
    await journal.restartFeed(one);
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ countedSequence: '0' });
    expect(await subject.query(`select * from ${subject.table('loans_out')}`)).toEqual([]);
  });

  test('are closed after a restore: no place is reserved until they are compared', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const one = await lease(journal, 'one');
    await journal.closePlaces();
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ isRestored: true });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow(PlacesClosed);
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    expect(await journal.placesNow('P0000001', 'LOAN')).toMatchObject({ holders: [] });
    const opening = { operator: 'an operator', reason: 'a test used circulation', forMs: 60_000 };
    expect((await journal.openPlaces(opening)).getTime()).toBeGreaterThan((await journal.now()).getTime());
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ isRestored: true, isOpened: true });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).resolves.toMatchObject({
      kind: 'reserved',
    });
    const openings = subject.table('place_openings');
    await expect(subject.query(`update ${openings} set reason = 'none'`)).rejects.toThrow(
      'openings of places',
    );
    await expect(subject.query(`delete from ${openings}`)).rejects.toThrow('openings of places');
    await subject.pass(61_000);
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ isRestored: true, isOpened: false });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    await journal.reopenPlaces({ ...one, follower: 'other' });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    await journal.reopenPlaces({ ...one, generation: 'another server' });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    await journal.reopenPlaces(one);
    await expect(journal.reserve(id, loanOf('P0000001'), always)).resolves.toMatchObject({
      kind: 'reserved',
    });
  });
}
