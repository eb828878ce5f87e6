import { expect, test } from 'vitest';
import type { AccountChange, Owed, OwingFilter, OwingOrder } from '../../../../store/journal/port.ts';
import type { JournalOpening, JournalUnderTest } from '../journal-under-test.ts';
import { numbered } from '../log/log.contract.ts';

const patronIds = ['P0000001', 'P0000002', 'P0000003'] as const;
const [first, second, third] = patronIds;
const everyone: OwingFilter = { minCents: 1, sinceUntil: null };
const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const owes = (cents: number, day: number): Owed => ({ cents, charges: 1, since: at(day) });
const changes = (sequence: bigint, ids: readonly string[]) => ({
  oldestAt: at(1),
  last: { sequence, at: at(20) },
  patronIds: ids,
  changes: [],
  effects: [],
  isEnd: false,
});
const leaseMs = 1_000;
const dayMs = 86_400_000;

/** A follower that has marked all patrons. */
async function following({ journal }: JournalUnderTest, follower = 'one'): Promise<void> {
  await journal.followOwing(follower, leaseMs);
  await journal.saveOwingChanges(follower, changes(7n, patronIds));
}

export function journalOwingContract(open: JournalOpening): void {
  const list = async ({ journal }: JournalUnderTest, order: OwingOrder, filter = everyone) =>
    (await journal.owingPatrons(filter, order, null, 10)).map(({ patronId, cents }) => [patronId, cents]);

  test('have one follower, and go on from its position', async () => {
    await using subject = await open();
    const { journal } = subject;
    const other = await subject.open();
    expect(await journal.followOwing('one', leaseMs)).toMatchObject({ last: null });
    expect(await other.followOwing('two', leaseMs)).toBeNull();
    expect(await journal.saveOwingChanges('one', changes(7n, [first]))).toBe(true);
    expect(await other.saveOwingChanges('two', changes(9n, [second]))).toBe(false);
    await subject.pass(leaseMs + 1);
    expect(await other.followOwing('two', leaseMs)).toMatchObject({ last: { sequence: 7n, at: at(20) } });
    expect((await other.markedOwing(null, 10)).map(({ patronId }) => patronId)).toEqual([first]);
  });

  test('are unchanged by a follower that wakes up after its lease', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    const other = await subject.open();
    await other.followOwing('two', leaseMs);
    await subject.pass(leaseMs + 1);
    await other.followOwing('two', leaseMs);
    expect(await journal.saveOwed('one', [{ patronId: first, owed: owes(100, 1) }])).toBe(false);
    await journal.owingApplied('one', 0);
    await journal.restartOwing('one');
    expect(await journal.countOwing(everyone)).toBe(0);
    expect(await journal.owingState()).toMatchObject({ ageMs: null, oldestAt: at(1) });
  });

  test('are listed in both orders, by the least sum and the day, page by page', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    await journal.saveOwed('one', [
      { patronId: first, owed: owes(300, 3) },
      { patronId: second, owed: owes(500, 2) },
      { patronId: third, owed: owes(300, 1) },
    ]);
    expect((await list(subject, 'MOST_FIRST'))[0]).toEqual([second, 500]);
    expect((await list(subject, 'LONGEST_FIRST')).map(([id]) => id)).toEqual([third, second, first]);
    expect(await list(subject, 'MOST_FIRST', { minCents: 301, sinceUntil: null })).toEqual([[second, 500]]);
    expect(await list(subject, 'MOST_FIRST', { minCents: 1, sinceUntil: at(1) })).toEqual([[third, 300]]);
    expect(await journal.countOwing({ minCents: 1, sinceUntil: at(2) })).toBe(2);
    for (const order of ['MOST_FIRST', 'LONGEST_FIRST'] as const) {
      const whole = await journal.owingPatrons(everyone, order, null, 10);
      const paged = [];
      for (let after = null as (typeof whole)[number] | null; ; ) {
        const [next] = await journal.owingPatrons(everyone, order, after, 1);
        if (next === undefined) {
          break;
        }
        paged.push(next);
        after = next;
      }
      expect(paged).toEqual(whole);
    }
    expect(await journal.sumOwed([first, third, 'P0000009'])).toEqual({ cents: 600, isPartial: false });
  });

  test('are unread a minute after the mark, which a later change does not move', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    await journal.saveOwed('one', [
      { patronId: first, owed: owes(300, 3) },
      { patronId: second, owed: owes(500, 3) },
    ]);
    expect(await journal.sumOwed([third]), 'just marked').toEqual({ cents: 0, isPartial: false });
    await subject.pass(30_000);
    await journal.followOwing('one', leaseMs);
    await journal.saveOwingChanges('one', changes(8n, [first, third]));
    await subject.pass(30_000);
    expect(await journal.sumOwed([third])).toEqual({ cents: 0, isPartial: true });
    expect(await journal.sumOwed([first, second]), 'known before').toEqual({ cents: 800, isPartial: false });
    expect(await journal.countUnreadOwing()).toBe(1);
    await subject.pass(30_000);
    expect(await journal.sumOwed([first, second])).toEqual({ cents: 500, isPartial: true });
    expect(await journal.countUnreadOwing()).toBe(2);
    await journal.followOwing('one', leaseMs);
    await journal.saveOwed('one', [
      { patronId: first, owed: owes(100, 3) },
      { patronId: third, owed: null },
    ]);
    expect(await journal.sumOwed(patronIds)).toEqual({ cents: 600, isPartial: false });
    await journal.restartOwing('one');
    await subject.pass(60_000);
    expect(await journal.countUnreadOwing()).toBe(2);
  });

  test('are unread where an earlier program has marked them', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    await subject.query(`update ${subject.table('owing')} set marked_at = null`);
    expect(await journal.sumOwed([first])).toEqual({ cents: 0, isPartial: true });
  });

  test('are left out when nothing is outstanding, and read again when they are marked', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    await journal.saveOwed('one', [
      { patronId: first, owed: owes(300, 3) },
      { patronId: second, owed: null },
    ]);
    expect(await list(subject, 'MOST_FIRST')).toEqual([[first, 300]]);
    expect((await journal.markedOwing(null, 10)).map(({ patronId }) => patronId)).toEqual([third]);
    await journal.saveOwingChanges('one', changes(8n, [first, first]));
    // What is known stays in the list until it is read again.
    expect(await list(subject, 'MOST_FIRST')).toEqual([[first, 300]]);
    expect(await journal.markedOwing(null, 10)).toHaveLength(2);
    await journal.restartOwing('one');
    expect(await journal.followOwing('one', leaseMs)).toMatchObject({ last: null });
    expect(await journal.markedOwing(null, 10)).toHaveLength(2);
  });

  const raised = (patronId: string, subject: string): AccountChange => ({
    kind: 'CHARGE_RAISED',
    patronId,
    notice: { kind: 'charge.raised', subject },
  });
  const cancelled: AccountChange = { kind: 'PAYMENT_CANCELLED', patronId: second, notice: null };
  const page = (sequence: bigint, told: readonly AccountChange[], isEnd = true) => ({
    ...changes(sequence, []),
    changes: told,
    isEnd,
  });

  test('tell what comes after the end of the list, in the log and as news, with the position', async () => {
    await using subject = await open();
    const { journal } = subject;
    const other = await subject.open();
    await journal.followOwing('one', leaseMs);
    await journal.saveOwingChanges('one', page(500n, [raised(first, '2026-11-01')], false));
    await journal.saveOwingChanges('one', page(600n, [raised(second, '2026-11-01')]));
    expect(await numbered(journal)).toEqual([]);
    expect(await other.saveOwingChanges('two', page(601n, [raised(third, '2026-11-20')]))).toBe(false);
    const told = [raised(first, '2026-11-20'), cancelled, raised(first, '2026-11-20')];
    await journal.saveOwingChanges('one', page(603n, told));
    expect((await numbered(journal)).map(({ kind, patron }) => [kind, patron])).toEqual([
      ['CHARGE_RAISED', journal.logDigest('patron', first)],
      ['PAYMENT_CANCELLED', journal.logDigest('patron', second)],
      ['CHARGE_RAISED', journal.logDigest('patron', first)],
    ]);
    const news = await other.newsOfAccounts(10);
    expect(news).toMatchObject([{ kind: 'charge.raised', patronId: first, subject: '2026-11-20' }]);
    await other.newsTaken(news.map(({ id }) => id));
    expect(await journal.newsOfAccounts(10)).toEqual([]);
    // The list begins again: what it had before is no news again.
    await journal.restartOwing('one');
    await journal.saveOwingChanges('one', page(603n, told));
    expect(await numbered(journal)).toHaveLength(3);
  });

  test('keep news for seven days, without a number in clear, and none of an erased patron', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.followOwing('one', 30 * dayMs);
    await journal.saveOwingChanges('one', page(7n, []));
    await journal.saveOwingChanges(
      'one',
      page(8n, [raised(first, '2026-11-20'), raised(second, '2026-11-20')]),
    );
    expect(JSON.stringify(await subject.query(`select * from ${subject.table('account_news')}`))).not.toMatch(
      /P000000/,
    );
    await journal.erase([first], 'none');
    expect((await journal.newsOfAccounts(10)).map(({ patronId }) => patronId)).toEqual([second]);
    await subject.pass(6 * dayMs);
    await journal.removeExpired();
    expect(await journal.newsOfAccounts(10)).toHaveLength(1);
    await subject.pass(dayMs);
    await journal.removeExpired();
    expect(await journal.newsOfAccounts(10)).toEqual([]);
  });

  test('tell how old the index is', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    expect(await journal.owingState()).toMatchObject({ ageMs: null, oldestAt: at(1) });
    await journal.owingApplied('one', 250);
    await subject.pass(5_000);
    const { ageMs } = await journal.owingState();
    expect(ageMs).toBeGreaterThanOrEqual(5_200);
  });

  test('store no number in clear, and lose the row of an erased patron', async () => {
    await using subject = await open();
    const { journal } = subject;
    await following(subject);
    await journal.saveOwed('one', [{ patronId: first, owed: owes(300, 3) }]);
    const rows = () => subject.query(`select * from ${subject.table('owing')}`);
    expect(JSON.stringify(await rows())).not.toMatch(/P000000/);
    await journal.erase([first], 'none');
    expect(await rows()).toHaveLength(2);
    // The account was being read while the patron was erased.
    await journal.saveOwed('one', [{ patronId: first, owed: owes(300, 3) }]);
    expect(await rows()).toHaveLength(2);
  });
}
