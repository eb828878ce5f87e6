import { expect, test } from 'vitest';
import { type Effect, type FeedPosition, JournalUnavailable } from '../../../adapters/journal/port.ts';
import { always, begun, type JournalOpening, loanOf } from './journal-under-test.ts';

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
});
const unknown = 'x'.repeat(22);

/** The contract of `Books`. */
export function journalBooksContract(open: JournalOpening): void {
  test('are followed by one process at a time, until its lease ends', async () => {
    await using subject = await open();
    const other = await subject.open();
    expect(await subject.journal.followFeed('one', leaseMs)).toMatchObject({
      position: { last: null, settledSequence: '0' },
      isRestored: false,
    });
    expect(await other.followFeed('other', leaseMs)).toBeNull();
    await subject.pass(leaseMs + 1_000);
    expect(await other.followFeed('other', leaseMs)).not.toBeNull();
    expect(await subject.journal.followFeed('one', leaseMs)).toBeNull();
    expect(await subject.journal.saveFeedPage('one', positionAt('1'), [])).toBe(false);
    expect(await subject.journal.restartFeed('one')).toBe(false);
    await other.leaveFeed('other');
    expect(await subject.journal.followFeed('one', leaseMs)).not.toBeNull();
  });

  test('are followed from where the process before stopped', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.followFeed('one', leaseMs);
    const page = [effectOf(unknown, '9223372036854775807')];
    expect(await journal.saveFeedPage('one', positionAt('9223372036854775807'), page)).toBe(true);
    await journal.leaveFeed('one');
    const followed = await (await subject.open()).followFeed('other', leaseMs);
    expect(followed?.position).toEqual(positionAt('9223372036854775807'));
    expect(await journal.restartFeed('other')).toBe(true);
    expect((await journal.followFeed('other', leaseMs))?.position.last).toBeNull();
    expect(await journal.accountsOf([unknown])).toEqual([]);
  });

  test('have one account for each operation, with effects in the order of their sequences', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.followFeed('one', leaseMs);
    const effects = [effectOf(id, '10'), effectOf(id, '9'), effectOf(unknown, '11')];
    await journal.saveFeedPage('one', positionAt('11'), effects);
    await journal.saveFeedPage('one', positionAt('11'), effects);
    const accounts = await journal.accountsAfter('', 2);
    expect(accounts).toHaveLength(2);
    expect(accounts).toContainEqual({
      operationId: id,
      operation: { kind: 'CHECK_OUT', state: 'UNSETTLED', certainAt: null },
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
    await journal.settle(id, { state: 'DONE', result: null });
    await journal.followFeed('one', leaseMs);
    await journal.saveFeedPage('one', positionAt('9'), [{ ...effectOf(id, '9'), at: new Date() }]);
    await journal.recordFindings([
      { operationId: id, discrepancy: 'DONE_TWICE', sequence: '9', at: new Date() },
    ]);
    await subject.pass(31 * 86_400_000);
    await journal.removeExpired();
    expect(await journal.findById(id)).toBeNull();
    const [account] = await journal.accountsOf([id]);
    expect(account?.operation).toEqual({ kind: 'CHECK_OUT', state: 'DONE', certainAt: null });
    await subject.pass(70 * 86_400_000);
    await journal.removeExpired();
    expect(await journal.accountsOf([id])).toEqual([]);
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
    await journal.followFeed('one', leaseMs);
    await journal.saveFeedPage('one', positionAt('9'), [effectOf(id, '9')]);
    expect(await journal.accountsRefused(60_000, 10)).toEqual([]);
    await journal.settle(id, { state: 'REFUSED', result: null });
    expect(await journal.accountsRefused(60_000, 10)).toMatchObject([{ operationId: id }]);
    await expect(journal.settle(id, { state: 'DONE', result: null })).resolves.toMatchObject({
      overturnsRefusal: false,
    });
    await journal.reopenRefusal(id);
    expect((await journal.takeDue(10, leaseMs)).map(({ operation }) => operation.id)).toEqual([id]);
    await expect(journal.settle(id, { state: 'DONE', result: null })).resolves.toMatchObject({
      overturnsRefusal: true,
    });
    await subject.pass(120_000);
    expect(await journal.accountsRefused(60_000, 10)).toEqual([]);
  });

  test('are closed after a restore: no place is reserved until they are compared', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.followFeed('one', leaseMs);
    await journal.closePlaces();
    expect(await journal.followFeed('one', leaseMs)).toMatchObject({ isRestored: true });
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow(JournalUnavailable);
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    expect(await journal.placesNow('P0000001', 'LOAN')).toMatchObject({ holders: [] });
    await journal.reopenPlaces('other');
    await expect(journal.reserve(id, loanOf('P0000001'), always)).rejects.toThrow('restored');
    await journal.reopenPlaces('one');
    await expect(journal.reserve(id, loanOf('P0000001'), always)).resolves.toMatchObject({
      kind: 'reserved',
    });
  });
}
