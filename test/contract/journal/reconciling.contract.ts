import { describe, expect, test } from 'vitest';
import { type DueOperation, outcomeOf } from '../../../store/journal/port.ts';
import {
  always,
  begun,
  caller,
  checkOut,
  epochOf,
  type JournalOpening,
  lent,
  loanOf,
  reserved,
} from './journal-under-test.ts';

const leaseMs = 60_000;
const dayMs = 86_400_000;

/** The contract of `Journal` for due operations, and for the time that operations are kept. */
export function journalReconcilingContract(open: JournalOpening): void {
  describe('taking due operations', () => dueContract(open));
  describe('the send number', () => sendNumberContract(open));
  describe('removing expired operations', () => forgettingContract(open));
  describe('counting open operations', () => countingContract(open));
}

function sendNumberContract(open: JournalOpening): void {
  test('of a later permission to send is larger, whoever gives it', async () => {
    await using subject = await open();
    const { journal } = subject;
    const other = await subject.open();
    const before = await other.lastSendNumber();
    const sentAtOnce = await begun(journal, { sendWithinMs: 2_000 });
    const placed = await reserved(other, loanOf('P0000001'));
    const allowed = await begun(journal);
    await journal.allowSending(allowed.id, null, 2_000);
    const unsent = await begun(journal);
    await subject.pass(60_000);
    const due = await journal.takeDue(100, leaseMs);
    const [one, two, three, none] = [sentAtOnce, placed, allowed, unsent].map(
      ({ id }) => due.find(({ operation }) => operation.id === id)?.sendNumber,
    );
    expect(Number(one)).toBeGreaterThan(Number(before.number));
    expect(Number(two)).toBeGreaterThan(Number(one));
    expect(Number(three)).toBeGreaterThan(Number(two));
    expect(none).toBeNull();
    expect(await other.lastSendNumber()).toEqual({ ...before, number: three });
  });

  test('is drawn again when a place is reserved once more', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await reserved(journal, loanOf('P0000001'));
    const { number: first } = await journal.lastSendNumber();
    await journal.reserve(id, loanOf('P0000001'), always);
    const { number: second } = await journal.lastSendNumber();
    expect(second).toBeGreaterThan(first);
    await journal.settle(id, outcomeOf('DONE', null));
    expect((await journal.lastSendNumber()).number).toBe(second);
  });
}

const idsOf = (due: readonly DueOperation[]) => due.map(({ operation }) => operation.id);

function countingContract(open: JournalOpening): void {
  test('counts those that are not settled, by their ages', async () => {
    await using subject = await open();
    const { journal } = subject;
    const old = await begun(journal);
    await lent(journal, loanOf('P0000001'));
    await subject.pass(60_000);
    const young = await begun(journal);
    const { counts, oldestMs } = await journal.countOpen([0, 30_000, 300_000]);
    expect(counts).toEqual([2, 1, 0]);
    expect(oldestMs).toBeGreaterThanOrEqual(60_000);
    expect(oldestMs).toBeLessThan(90_000);
    for (const { id } of [old, young]) {
      await journal.settle(id, outcomeOf('REFUSED', null));
    }
    await expect(journal.countOpen([0, 30_000])).resolves.toEqual({ counts: [0, 0], oldestMs: 0 });
  });

  test('counts by no ages, and by ten at most', async () => {
    await using subject = await open();
    const ages = [...'0123456789'].map(Number);
    await begun(subject.journal);
    await subject.pass(1000);
    expect((await subject.journal.countOpen([])).counts).toEqual([]);
    expect((await subject.journal.countOpen(ages)).counts).toEqual(ages.map(() => 1));
    await expect(subject.journal.countOpen([...ages, 10])).rejects.toThrow(RangeError);
    await expect(subject.journal.countOpen([-1])).rejects.toThrow(RangeError);
  });

  test('tells of the connections to a database that has some', async () => {
    await using subject = await open();
    await begun(subject.journal);
    const connections = subject.journal.connections();
    expect(connections === null || (connections.idle > 0 && connections.max === 10)).toBe(true);
  });
}

function dueContract(open: JournalOpening): void {
  test('gives an operation when it is due, with the time', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operation = await begun(journal, { reconcileAfterMs: 20_000 });
    await subject.pass(10_000);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(10_000);
    const due = await journal.takeDue(100, leaseMs);
    expect(due).toEqual([{ operation, now: expect.any(Date), sendNumber: null }]);
    expect(Number(due[0]?.now) - Number(operation.requestedAt)).toBeGreaterThanOrEqual(20_000);
  });

  test('gives an operation that is due later than any delay, because the clock was put back', async () => {
    await using subject = await open();
    const { journal } = subject;
    await subject.step(3_600_000);
    const unsettled = await begun(journal);
    await subject.step(26 * 3_600_000);
    const checked = await reserved(journal, loanOf('P0000001'));
    await journal.settle(checked.id, { ...outcomeOf('DONE', null), reconcileAfterMs: 21_600_000 });
    await subject.step(-27 * 3_600_000);
    const soon = await begun(journal);
    expect(await journal.takeDue(100, leaseMs, ['ANOTHER'])).toEqual([]);
    expect(idsOf(await journal.takeDue(100, leaseMs))).toEqual([unsettled.id, checked.id]);
    expect(idsOf(await journal.takeDue(100, leaseMs))).not.toContain(soon.id);
  });

  test('gives it to nobody else until the lease ends', async () => {
    await using subject = await open();
    const replica = await subject.open();
    const { id } = await begun(subject.journal, { reconcileAfterMs: 0 });
    expect(idsOf(await subject.journal.takeDue(100, leaseMs))).toEqual([id]);
    await expect(replica.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(leaseMs - 10_000);
    await expect(subject.journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(10_000);
    expect(idsOf(await replica.takeDue(100, leaseMs))).toEqual([id]);
  });

  test('gives it to one of several concurrent callers', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    const ids: string[] = [];
    for (let at = 0; at < 30; at += 1) {
      ids.push((await begun(subject.journal, { reconcileAfterMs: 0 })).id);
    }
    const given: string[] = [];
    for (let round = 0; round < 30 && given.length < ids.length; round += 1) {
      const all = await Promise.all(
        replicas.flatMap((journal) => [journal.takeDue(4, leaseMs), journal.takeDue(4, leaseMs)]),
      );
      given.push(...all.flatMap(idsOf));
    }
    expect(given.sort()).toEqual(ids.sort());
  });

  test('gives those first that have waited longest', async () => {
    await using subject = await open();
    const { journal } = subject;
    const third = await begun(journal, { reconcileAfterMs: 3_000 });
    const first = await begun(journal, { reconcileAfterMs: 1_000 });
    const second = await begun(journal, { reconcileAfterMs: 2_000 });
    await subject.pass(5_000);
    expect(idsOf(await journal.takeDue(2, leaseMs))).toEqual([first.id, second.id]);
    expect(idsOf(await journal.takeDue(2, leaseMs))).toEqual([third.id]);
  });

  test('gives the kinds that are asked for, or all', async () => {
    await using subject = await open();
    const { journal } = subject;
    const kinds = ['CHECK_OUT', 'SET_PIN', 'RENEW_LOAN'];
    const [checkOut, pin, renewal] = [
      await begun(journal, { kind: 'CHECK_OUT', reconcileAfterMs: 0 }),
      await begun(journal, { kind: 'SET_PIN', reconcileAfterMs: 1 }),
      await begun(journal, { kind: 'RENEW_LOAN', reconcileAfterMs: 2 }),
    ];
    await subject.pass(1_000);
    await expect(journal.takeDue(100, leaseMs, [])).resolves.toEqual([]);
    await expect(journal.takeDue(100, leaseMs, ['CHECK', 'check_out'])).resolves.toEqual([]);
    // Operations of other kinds have waited longer, but they don't count towards the maximum.
    expect(idsOf(await journal.takeDue(1, leaseMs, ['RENEW_LOAN', 'SET_PIN']))).toEqual([pin.id]);
    expect(idsOf(await journal.takeDue(100, leaseMs, kinds))).toEqual([checkOut.id, renewal.id]);
    await subject.pass(leaseMs);
    expect(idsOf(await journal.takeDue(100, leaseMs)).toSorted()).toEqual(
      [checkOut.id, pin.id, renewal.id].toSorted(),
    );
  });

  test('leaves those that are excepted to others, settled or not', async () => {
    await using subject = await open();
    const replica = await subject.open();
    const { journal } = subject;
    const hanging = await begun(journal, { reconcileAfterMs: 0 });
    const settled = await reserved(journal, loanOf('P0000001'));
    await journal.settle(settled.id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: 0 });
    await subject.pass(1_000);
    const other = await begun(journal, { reconcileAfterMs: 0 });
    const except = [hanging.id, settled.id];
    // The excluded operations have waited longer, but they don't count towards the maximum.
    expect(idsOf(await journal.takeDue(1, leaseMs, undefined, except))).toEqual([other.id]);
    await expect(journal.takeDue(100, leaseMs, undefined, except)).resolves.toEqual([]);
    expect(idsOf(await replica.takeDue(100, leaseMs, undefined, [other.id]))).toEqual(except);
  });

  test('gives an operation with a place after its time to be sent', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal, { reconcileAfterMs: 20_000 });
    await journal.reserve(id, loanOf('P0000001', { reconcileAfterMs: 42_000 }), always);
    await subject.pass(30_000);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(12_000);
    expect(idsOf(await journal.takeDue(100, leaseMs))).toEqual([id]);
  });

  test.each(['DONE', 'REFUSED'] as const)('gives no operation with a final outcome: %s', async (state) => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.settle(id, outcomeOf(state, null));
    await journal.reconcileAgain(id, 1_000);
    await subject.pass(dayMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
  });

  test('gives a refusal open to correction, until it is not to be reconciled again', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const outcome = { ...outcomeOf('REFUSED', null), reconcileAfterMs: dayMs };
    const { operation } = await journal.settle(id, outcome);
    await subject.pass(dayMs - leaseMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(leaseMs);
    const due = await journal.takeDue(100, leaseMs);
    expect(due).toMatchObject([{ operation, now: expect.any(Date) }]);
    await journal.reconcileAgain(id, null);
    await subject.pass(dayMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
  });

  test('gives a done operation that is to be reconciled again, which stays done', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await reserved(journal, loanOf('P0000001'));
    const { operation } = await journal.settle(id, { ...outcomeOf('DONE', null), reconcileAfterMs: dayMs });
    await expect(
      journal.settle(id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: dayMs }),
    ).resolves.toMatchObject({ operation: { state: 'DONE' }, overturnsRefusal: false });
    await subject.pass(dayMs - leaseMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(leaseMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toMatchObject([
      { operation, now: expect.any(Date) },
    ]);
    await journal.reconcileAgain(id, null);
    await journal.reconcileAgain(id, 0);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
  });

  test('gives unsettled operations before those that are reconciled again', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await reserved(journal, loanOf('P0000001'));
    await journal.settle(id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: 1_000 });
    await subject.pass(2_000);
    const unsettled = await begun(journal, { reconcileAfterMs: 0 });
    expect(idsOf(await journal.takeDue(1, leaseMs))).toEqual([unsettled.id]);
    expect(idsOf(await journal.takeDue(2, leaseMs))).toEqual([id]);
  });

  test('follows a new time, sooner or later', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal, { reconcileAfterMs: 20_000 });
    await journal.reconcileAgain(id, 300);
    await subject.pass(300);
    expect(idsOf(await journal.takeDue(100, leaseMs))).toEqual([id]);
    await journal.reconcileAgain(id, 2 * leaseMs);
    await subject.pass(leaseMs);
    await expect(journal.takeDue(100, leaseMs)).resolves.toEqual([]);
    await subject.pass(leaseMs);
    expect(idsOf(await journal.takeDue(100, leaseMs))).toEqual([id]);
  });
}

function forgettingContract(open: JournalOpening): void {
  test('takes operations settled 30 days ago, and nothing else', async () => {
    await using subject = await open();
    const { journal } = subject;
    const unsettled = await reserved(journal, loanOf('P0000001'));
    const done = await lent(journal, loanOf('P0000001'));
    const late = await begun(journal);
    await subject.pass(29 * dayMs);
    await journal.settle(late.id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: dayMs });
    await expect(journal.removeExpired()).resolves.toBe(0);
    await expect(journal.find(caller, done.reference)).resolves.toEqual(done);
    await subject.pass(dayMs);
    await expect(journal.removeExpired()).resolves.toBe(1);
    await expect(journal.find(caller, done.reference)).resolves.toBeNull();
    await expect(journal.find(caller, unsettled.reference)).resolves.toEqual(unsettled);
    await expect(journal.find(caller, late.reference)).resolves.toMatchObject({ state: 'REFUSED' });
  });

  test('frees the reference, and keeps the epoch', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id, reference } = await lent(journal, loanOf('P0000001'));
    await subject.pass(30 * dayMs);
    await journal.removeExpired();
    const { operation, isNew } = await journal.begin(checkOut(reference));
    expect(isNew).toBe(true);
    expect(operation.id).not.toBe(id);
    await expect(epochOf(journal, 'P0000001')).resolves.toBe(1n);
  });

  test('takes any number of operations', async () => {
    await using subject = await open();
    const { journal } = subject;
    for (let from = 0; from < 600; from += 100) {
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          const { id } = await begun(journal);
          await journal.settle(id, outcomeOf('REFUSED', null));
        }),
      );
    }
    await subject.pass(30 * dayMs);
    await expect(journal.removeExpired()).resolves.toBe(600);
    await expect(journal.removeExpired()).resolves.toBe(0);
  });
}
