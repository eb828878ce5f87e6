import { expect, test } from 'vitest';
import { outcomeOf } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { always, begun, type JournalOpening, loanOf, reserved } from './journal-under-test.ts';

const plan = { plan: 'BLOCK', libraryCardNumber: '21852000000066' };

/** The contract of `Journal.allowSending`, which allows the changes of an operation to be sent only once. */
export function journalSendingContract(open: JournalOpening): void {
  test('saves the details, and allows sending for the given time', async () => {
    await using subject = await open();
    const replica = await subject.open();
    const operation = await begun(subject.journal);
    await subject.pass(1_000);
    await expect(subject.journal.allowSending(operation.id, plan, 20_000)).resolves.toBe(true);
    const armed = await replica.findById(operation.id);
    expect(armed).toEqual({ ...operation, details: plan, sendBy: expect.any(Date) });
    expect(Number(armed?.sendBy) - Number(operation.requestedAt)).toBeGreaterThanOrEqual(21_000);
  });

  test('keeps reconcilers from the operation for that time', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal, { reconcileAfterMs: 1_000 });
    await journal.allowSending(id, plan, 20_000);
    await subject.pass(10_000);
    await expect(journal.takeDue(100, 1_000)).resolves.toEqual([]);
    await subject.pass(10_000);
    await expect(journal.takeDue(100, 1_000)).resolves.toMatchObject([{ operation: { id, details: plan } }]);
  });

  test('succeeds once, and later calls change nothing', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.allowSending(id, plan, 20_000);
    const armed = await journal.findById(id);
    await subject.pass(60_000);
    await expect(journal.allowSending(id, 'later', 1_000)).resolves.toBe(false);
    await expect(journal.findById(id)).resolves.toEqual(armed);
  });

  test('succeeds for one of several concurrent calls', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    for (let round = 0; round < 5; round += 1) {
      const { id } = await begun(subject.journal);
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, at) => replicas[at % 2]?.allowSending(id, { by: at }, 20_000)),
      );
      expect(all.filter((isArmed) => isArmed)).toHaveLength(1);
      await expect(subject.journal.findById(id)).resolves.toMatchObject({
        details: { by: all.indexOf(true) },
      });
    }
  });

  test('is too late for a settled operation, also if its refusal is open to correction', async () => {
    await using subject = await open();
    const { journal } = subject;
    for (const reconcileAfterMs of [null, 60_000]) {
      const { id } = await begun(journal);
      const outcome = { ...outcomeOf('REFUSED', null), reconcileAfterMs };
      const { operation } = await journal.settle(id, outcome);
      await expect(journal.allowSending(id, plan, 20_000)).resolves.toBe(false);
      await expect(journal.findById(id)).resolves.toEqual(operation);
    }
  });

  test('is refused for an operation that may be sent already', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operation = await begun(journal, { sendWithinMs: 2_000 });
    const held = await reserved(journal, loanOf('P0000001'));
    for (const { id } of [operation, held]) {
      await expect(journal.allowSending(id, plan, 20_000)).resolves.toBe(false);
    }
    await expect(journal.findById(operation.id)).resolves.toEqual(operation);
    await expect(journal.findById(held.id)).resolves.toEqual(held);
  });

  test('excludes a concurrent refusal: one of the two is too late', async () => {
    await using subject = await open();
    const { journal } = subject;
    const replica = await subject.open();
    for (let round = 0; round < 10; round += 1) {
      const { id } = await begun(journal);
      const [isArmed, { operation }] = await Promise.all([
        journal.allowSending(id, plan, 20_000),
        replica.settle(id, { ...outcomeOf('REFUSED', null), concludedFrom: { sendBy: null } }),
      ]);
      expect(isArmed).toBe(operation.state === 'UNSETTLED');
    }
  });

  test('still lets details be saved and a place be reserved', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.allowSending(id, plan, 20_000);
    await journal.saveDetails(id, 'more');
    const reservation = await journal.reserve(id, loanOf('P0000001'), always);
    expect(reservation).toMatchObject({ kind: 'reserved', operation: { details: 'more' } });
  });

  test('of an operation that does not exist is rejected as unavailable', async () => {
    await using subject = await open();
    const arming = subject.journal.allowSending('0123456789ABCDEFGHIJKL', plan, 1);
    await expect(arming).rejects.toThrow(StoreUnavailable);
  });

  test.each<[string, string, number]>([
    ['details of more than 64 KiB', 'x'.repeat(65_535), 1_000],
    ['a time before now', '', -1],
    ['a time of more than 30 days', '', 2_592_000_001],
  ])('with %s is rejected', async (_what, details, sendWithinMs) => {
    await using subject = await open();
    const operation = await begun(subject.journal);
    await expect(subject.journal.allowSending(operation.id, details, sendWithinMs)).rejects.toThrow(
      RangeError,
    );
    await expect(subject.journal.findById(operation.id)).resolves.toEqual(operation);
  });
}
