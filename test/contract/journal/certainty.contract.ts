import { expect, test } from 'vitest';
import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { begun, type JournalOpening, loanOf, reserved } from './journal-under-test.ts';

/** The contract of `certainAt`. This is the time after which no process's request for the operation can take effect. */
export function journalCertaintyContract(open: JournalOpening): void {
  const times = { sendWithinMs: 2_000, arriveWithinMs: 10_000 };
  const spanOf = ({ certainAt, sendBy }: Operation) => Number(certainAt) - Number(sendBy);

  test('is set with a place, and for operations sent without one, from the agreed drop time', async () => {
    await using subject = await open();
    const { journal } = subject;
    const unsaid = await reserved(journal, loanOf('P0000001', times));
    expect(unsaid).toMatchObject({ certainAfterMs: 42_000 });
    await expect(journal.agreeOnDropTime(3_000)).resolves.toBe(3_000);
    for (const operation of [
      await reserved(await subject.open(), loanOf('P0000001', times)),
      await begun(journal, times),
    ]) {
      expect(operation).toMatchObject({ certainAfterMs: 15_000 });
      expect(Math.abs(spanOf(operation) - 13_000)).toBeLessThan(1_000);
    }
    const { id } = await begun(journal);
    await journal.allowSending(id, null, times.sendWithinMs, {
      arriveWithinMs: times.arriveWithinMs,
      patronId: null,
    });
    await expect(journal.findById(id)).resolves.toMatchObject({ certainAfterMs: 15_000 });
    await expect(begun(journal, { sendWithinMs: 2_000 })).resolves.toMatchObject({ certainAt: null });
    await expect(begun(journal)).resolves.toMatchObject({ certainAt: null, certainAfterMs: null });
  });

  test('the drop time never falls, whichever process gives a smaller one', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.agreeOnDropTime(45_000);
    const replica = await subject.open();
    await expect(replica.agreeOnDropTime(30_000)).resolves.toBe(45_000);
    await expect(reserved(replica, loanOf('P0000001', times))).resolves.toMatchObject({
      certainAfterMs: 57_000,
    });
  });

  test('when the drop time grows, unsettled operations become certain later by the difference, and settled ones stay', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.agreeOnDropTime(30_000);
    const before = await reserved(journal, loanOf('P0000001', times));
    const { operation: settled } = await journal.settle(
      (await reserved(journal, loanOf('P0000002', times))).id,
      outcomeOf('DONE', null),
    );
    await (await subject.open()).agreeOnDropTime(35_000);
    const after = await journal.findById(before.id);
    expect(after).toMatchObject({ certainAfterMs: 47_000 });
    expect(Number(after?.certainAt) - Number(before.certainAt)).toBe(5_000);
    await expect(journal.findById(settled.id)).resolves.toEqual(settled);
  });

  test.each([99, 1_000_000, 1.5])('a drop time of %d is rejected', async (ms) => {
    await using subject = await open();
    await expect(subject.journal.agreeOnDropTime(ms)).rejects.toThrow(RangeError);
  });
}
