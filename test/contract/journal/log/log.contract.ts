import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  type ChangeLog,
  type FeedLease,
  type JournalDatabase,
  type LogRow,
  outcomeOf,
} from '../../../../store/journal/port.ts';
import { begun, caller, checkOut, type JournalOpening, lent, loanOf } from '../journal-under-test.ts';

const dayMs = 86_400_000;

/** Takes the lease of the feed. @throws Error if another follower has it */
export async function leaseOf(journal: JournalDatabase, follower: string): Promise<FeedLease> {
  const followed = await journal.followFeed(follower, 15_000);
  if (followed === null) {
    throw new Error('another follower has the lease');
  }
  return followed.lease;
}

/** Numbers everything, and resolves to all rows after a number. */
export async function numbered(journal: JournalDatabase, after = 0): Promise<readonly LogRow[]> {
  const lease = await leaseOf(journal, 'the only follower');
  while ((await journal.numberLog(lease, 500)).count > 0) {}
  return await allRows(journal, after);
}

async function allRows(log: ChangeLog, after = 0): Promise<readonly LogRow[]> {
  const rows: LogRow[] = [];
  for (;;) {
    const page = await log.readLog(rows.at(-1)?.number ?? after, 500);
    if (page.rows.length === 0) {
      return rows;
    }
    rows.push(...page.rows);
  }
}

const toldOf = (rows: readonly LogRow[]) =>
  rows.map(({ number, kind, operation }) => [number, kind, operation?.id ?? null, operation?.state ?? null]);

export function journalLogContract(open: JournalOpening): void {
  test('tells that an operation was begun and settled, in the order of the commits', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.readLog(0, 10)).toMatchObject({ newest: 0, oldestKept: 1, rows: [], isGone: false });
    const one = await begun(journal);
    const two = await lent(journal, loanOf('P0000001'));
    await journal.settle(one.id, outcomeOf('REFUSED', null));
    expect((await journal.readLog(0, 10)).rows).toEqual([]);
    expect(toldOf(await numbered(journal))).toEqual([
      [1, 'OPERATION', one.id, 'UNSETTLED'],
      [2, 'OPERATION', two.id, 'UNSETTLED'],
      [3, 'OPERATION', two.id, 'DONE'],
      [4, 'OPERATION', one.id, 'REFUSED'],
    ]);
    expect(await journal.logState()).toMatchObject({ newest: 4, oldestKept: 1 });
  });

  test('names the patron, the caller and the reference by their digests, and nothing of what was lent', async () => {
    await using subject = await open();
    const { journal } = subject;
    await begun(journal, { patronId: 'P0000001', reference: '0012' });
    const [row] = await numbered(journal);
    expect(row).toMatchObject({
      patron: journal.logDigest('patron', 'P0000001'),
      operation: {
        kind: 'CHECK_OUT',
        caller: journal.logDigest('caller', caller),
        reference: journal.logDigest('reference', '0012'),
      },
    });
    const stored = JSON.stringify(await subject.query(`select * from ${subject.table('log_entries')}`));
    expect(stored).toContain('CHECK_OUT');
    for (const text of ['P0000001', '0012"', '31852000000494', '21852000000066']) {
      expect(stored).not.toContain(text);
    }
  });

  test('tells nothing of a child operation, and nothing when an operation is settled again as it was', async () => {
    await using subject = await open();
    const { journal } = subject;
    const child = await begun(journal, { isUnlisted: true });
    await journal.settle(child.id, outcomeOf('DONE', null));
    expect(await numbered(journal)).toEqual([]);
    const { id } = await begun(journal);
    await journal.settle(id, outcomeOf('DONE', null));
    await journal.settle(id, outcomeOf('DONE', null));
    expect(await numbered(journal)).toHaveLength(2);
  });

  test('gives each reader the rows after its number, without a gap, page by page', async () => {
    await using subject = await open();
    const { journal } = subject;
    for (let count = 0; count < 5; count += 1) {
      await begun(journal);
    }
    await numbered(journal);
    const first = await journal.readLog(0, 2);
    expect(first).toMatchObject({ newest: 5, rows: [{ number: 1 }, { number: 2 }] });
    expect((await journal.readLog(2, 500)).rows.map(({ number }) => number)).toEqual([3, 4, 5]);
    expect(await journal.readLog(5, 500)).toMatchObject({ rows: [], isGone: false });
    expect(await journal.readLog(6, 500)).toMatchObject({ rows: [], isGone: true });
    await expect(journal.readLog(-1, 1)).rejects.toThrow(RangeError);
    await expect(journal.readLog(0, 501)).rejects.toThrow(RangeError);
  });

  test('numbers only under the lease of the feed', async () => {
    await using subject = await open();
    const other = await subject.open();
    const lost = await leaseOf(subject.journal, 'one');
    await begun(subject.journal);
    await subject.pass(16_000);
    await other.followFeed('other', 15_000);
    await subject.pass(16_000);
    const held = await leaseOf(other, 'other');
    expect(await subject.journal.numberLog(lost, 500)).toEqual({ isLeased: false, count: 0 });
    expect((await subject.journal.logState()).newest).toBe(0);
    expect(await other.numberLog(held, 500)).toEqual({ isLeased: true, count: 1 });
  });

  test('numbers each row once, whoever numbers at the same time', async () => {
    await using subject = await open();
    const { journal } = subject;
    const lease = await leaseOf(journal, 'one');
    const others = [await subject.open(), await subject.open()];
    const ids = new Set<string>();
    const write = async (of: JournalDatabase) => {
      for (let count = 0; count < 10; count += 1) {
        ids.add((await begun(of)).id);
      }
    };
    const number = async (of: JournalDatabase) => {
      for (let count = 0; count < 10; count += 1) {
        await of.numberLog(lease, 3);
      }
    };
    await Promise.all([journal, ...others].flatMap((of) => [write(of), number(of)]));
    while ((await journal.numberLog(lease, 500)).count > 0) {}
    const rows = await allRows(journal);
    expect(rows.map(({ number: position }) => position)).toEqual(rows.map((_, at) => at + 1));
    expect(new Set(rows.map(({ operation }) => operation?.id))).toEqual(ids);
    expect(rows).toHaveLength(30);
  });

  test('keeps rows for seven days, and says when a position is gone', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { generation } = await journal.logState();
    await begun(journal);
    await begun(journal);
    await numbered(journal);
    await subject.pass(6 * dayMs);
    const { id } = await begun(journal);
    await numbered(journal);
    await journal.removeExpired();
    expect(await journal.logState()).toMatchObject({ newest: 3, oldestKept: 1 });
    await subject.pass(dayMs + 1_000);
    await journal.removeExpired();
    expect(await journal.logState()).toEqual({ generation, newest: 3, oldestKept: 3 });
    expect(await journal.readLog(1, 10)).toMatchObject({ rows: [], isGone: true });
    expect(await journal.readLog(2, 10)).toMatchObject({ rows: [{ operation: { id } }], isGone: false });
    expect(await journal.logFigures()).toMatchObject({ newest: 3, removed: 2, oldestUnnumberedMs: 0 });
    await subject.pass(7 * dayMs);
    await journal.removeExpired();
    expect(await journal.readLog(3, 10)).toMatchObject({ newest: 3, oldestKept: 4, rows: [], isGone: false });
    await begun(journal);
    expect((await numbered(journal, 3)).map(({ number }) => number)).toEqual([4]);
  });

  test('does not keep rows for longer because a clock was wrong', async () => {
    await using subject = await open();
    const { journal } = subject;
    await subject.step(365 * dayMs);
    await begun(journal);
    await subject.step(-365 * dayMs);
    await begun(journal);
    await numbered(journal);
    await subject.pass(8 * dayMs);
    await journal.removeExpired();
    expect(await journal.logState()).toMatchObject({ newest: 2, oldestKept: 3 });
  });

  test('measures the age of the oldest row without a number', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.logFigures()).toEqual({ newest: 0, removed: 0, oldestUnnumberedMs: 0 });
    await begun(journal);
    await subject.pass(9_000);
    const { oldestUnnumberedMs } = await journal.logFigures();
    expect(oldestUnnumberedMs).toBeGreaterThanOrEqual(8_900);
  });

  test('tells of a notice once, whoever gets it, and of each endpoint that gave it up', async () => {
    await using subject = await open();
    const { journal } = subject;
    const notice = { kind: 'hold.ready', patronId: 'P0000001', formerEmail: null } as const;
    await journal.makeNotices([{ ...notice, occasion: 'H1', endpoints: ['CRM', 'SMTP'] }]);
    const [delivery] = await journal.dueDeliveries('CRM', 1);
    await journal.deliveryFailed(delivery?.id ?? '', 'CRM', {
      failure: 'STATUS',
      status: 500,
      retryAfterMs: 5_000,
    });
    await journal.deliveryFailed(delivery?.id ?? '', 'CRM', {
      failure: 'STATUS',
      status: 500,
      retryAfterMs: null,
    });
    const patron = journal.logDigest('patron', 'P0000001');
    expect(await numbered(journal)).toMatchObject([
      { kind: 'NOTICE_MADE', patron, subjectId: delivery?.id, operation: null },
      { kind: 'NOTICE_UNDELIVERED', patron, subjectId: delivery?.id, operation: null },
    ]);
  });

  test('tells that a station was withdrawn', async () => {
    await using subject = await open();
    await subject.journal.logStation('STATION_WITHDRAWN', 'x8Kq', 'revoked');
    await subject.journal.logStation('STATION_WITHDRAWN', 'x8Kq', 'revoked');
    expect(await numbered(subject.journal)).toMatchObject([{ kind: 'STATION_WITHDRAWN', subjectId: 'x8Kq' }]);
  });

  test('no longer names a patron who was erased', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal, { patronId: 'P0000001' });
    await journal.settle(id, outcomeOf('DONE', null));
    await numbered(journal);
    const { operation } = await journal.begin(checkOut(randomUUID()));
    await journal.erase(['P0000001'], operation.id);
    expect((await numbered(journal)).map(({ patron }) => patron)).toEqual([null, null, null]);
  });

  test('begins a new generation when the database has lost operations', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { generation } = await journal.logState();
    await journal.closePlaces();
    const after = await journal.logState();
    expect(after.generation).not.toBe(generation);
    await journal.closePlaces();
    expect(await journal.logState()).toEqual(after);
  });
}
