import { expect, test } from 'vitest';
import {
  type OperationState,
  outcomeOf,
  type PaymentCancellation,
  type PaymentEffect,
} from '../../../../store/journal/port.ts';
import { begun, type JournalOpening, type JournalUnderTest } from '../journal-under-test.ts';

const kinds = ['RPS_WAIVE_CHARGE'];
const dayMs = 86_400_000;

const effectOf = (operationId: string, sequence: string, at = new Date()): PaymentEffect => ({
  ...{ operationId, sequence, at },
  kind: 'CHARGE_WAIVED',
  subject: 'F0000001',
  cents: 2100,
});

const save = ({ journal }: JournalUnderTest, effects: readonly PaymentEffect[], follower = 'one') =>
  journal.saveOwingChanges(follower, {
    oldestAt: new Date(),
    last: { sequence: 99n, at: new Date() },
    patronIds: [],
    changes: [],
    effects,
    isEnd: true,
  });

/** An operation in an adopted system. */
async function operationOf(
  { journal }: JournalUnderTest,
  state: OperationState,
  kind = 'RPS_WAIVE_CHARGE',
): Promise<string> {
  const { id } = await begun(journal, { kind, isUnlisted: true, patronId: 'P0000016' });
  if (state !== 'UNSETTLED') {
    await journal.settle(id, outcomeOf(state, { chargeId: 'F0000001', cents: 2100 }));
  }
  return id;
}

export function paymentBooksContract(open: JournalOpening): void {
  test('have one account for each operation, with effects in the order of their sequences', async () => {
    await using subject = await open();
    const { journal } = subject;
    await journal.followOwing('one', dayMs);
    const id = await operationOf(subject, 'DONE');
    const unknown = 'z'.repeat(22);
    const effects = [effectOf(id, '10'), effectOf(id, '9'), effectOf(unknown, '11')];
    await save(subject, effects);
    await save(subject, effects);
    const known = {
      operationId: id,
      operation: { kind: 'RPS_WAIVE_CHARGE', state: 'DONE', result: { chargeId: 'F0000001', cents: 2100 } },
      effects: [effects[1], effects[0]],
    };
    const lost = { operationId: unknown, operation: null, effects: [effects[2]] };
    expect(await journal.paymentAccountsAfter('', 10)).toEqual([known, lost]);
    expect(await journal.paymentAccountsAfter('', 1)).toEqual([known]);
    expect(await journal.paymentAccountsAfter(id, 10)).toEqual([lost]);
    expect(await save(subject, [effectOf(unknown, '12')], 'two'), 'without the lease').toBe(false);
    expect(await journal.paymentAccountsAfter(id, 10)).toEqual([lost]);
    await subject.pass(31 * dayMs);
    await journal.removeExpired();
    const [past] = await journal.paymentAccountsAfter('', 1);
    expect(past?.operation, 'after 30 days').toEqual({ ...known.operation, result: null });
    await subject.pass(30 * dayMs);
    await journal.removeExpired();
    expect(await journal.paymentAccountsAfter('', 10), 'after 60 days').toEqual([]);
    await save(subject, effects);
    expect(await journal.paymentAccountsAfter('', 10), 'old ones are not kept again').toEqual([]);
  });

  test('have the operations that cancelled a payment, or may still do so', async () => {
    await using subject = await open();
    const { journal } = subject;
    const cancelled = await operationOf(subject, 'DONE', 'RPS_CANCEL_PAYMENT');
    const unsettled = await operationOf(subject, 'UNSETTLED', 'RPS_CANCEL_PAYMENT');
    await operationOf(subject, 'REFUSED', 'RPS_CANCEL_PAYMENT');
    await operationOf(subject, 'DONE');
    const cancellations = async (atOnce: number) => {
      const all: PaymentCancellation[] = [];
      for (let after: Parameters<typeof journal.paymentCancellations>[2] = null; ; ) {
        const page = await journal.paymentCancellations(['RPS_CANCEL_PAYMENT'], 60_000, after, atOnce);
        all.push(...page.cancellations);
        if (page.last === null) {
          return new Map(all.map(({ operationId, ...one }) => [operationId, one]));
        }
        after = page.last;
      }
    };
    const result = { chargeId: 'F0000001', cents: 2100 };
    const at = expect.any(Date);
    expect(await cancellations(1)).toEqual(
      new Map([
        [cancelled, { result, settled: { at, isBefore: false } }],
        [unsettled, { result: null, settled: null }],
      ]),
    );
    await subject.pass(60_001);
    expect((await cancellations(10)).get(cancelled)).toEqual({ result, settled: { at, isBefore: true } });
  });

  test('find done operations without an effect, from the time on from which effects are kept', async () => {
    await using subject = await open();
    const { journal } = subject;
    await operationOf(subject, 'DONE');
    await subject.pass(10);
    await journal.followOwing('one', dayMs);
    await subject.pass(10);
    const missing = [await operationOf(subject, 'DONE'), await operationOf(subject, 'DONE')];
    const found = await operationOf(subject, 'DONE');
    await operationOf(subject, 'DONE', 'RPS_CANCEL_PAYMENT');
    await operationOf(subject, 'REFUSED');
    await operationOf(subject, 'UNSETTLED');
    await save(subject, [effectOf(found, '7')]);
    const withoutEffect = async (agoMs: number, atOnce: number) => {
      const ids: string[] = [];
      for (let after: Parameters<typeof journal.paymentsWithoutEffect>[2] = null; ; ) {
        const { last, operations } = await journal.paymentsWithoutEffect(kinds, agoMs, after, atOnce);
        ids.push(...operations.map(({ operationId }) => operationId));
        if (last === null) {
          return ids.sort();
        }
        after = last;
      }
    };
    expect(await withoutEffect(60_000, 10)).toEqual([]);
    await subject.pass(60_000);
    expect(await withoutEffect(60_000, 10)).toEqual(missing.toSorted());
    expect(await withoutEffect(60_000, 1)).toEqual(missing.toSorted());
    const [known = ''] = missing;
    await journal.recordFindings([
      { operationId: known, discrepancy: 'PAYMENT_NOT_DONE', sequence: null, at: new Date() },
    ]);
    expect(await withoutEffect(0, 10)).toEqual(missing.slice(1));
  });

  test('begin again after an earlier program has read changes without keeping effects', async () => {
    await using subject = await open();
    const { journal } = subject;
    const since = async () => (await journal.followOwing('one', dayMs))?.books.since.getTime() ?? Number.NaN;
    const first = await since();
    await save(subject, []);
    await subject.pass(1_000);
    expect(await since()).toBe(first);
    await subject.query(`update ${subject.table('owing_follower')} set sequence = '120'`);
    const second = await since();
    expect(second).toBeGreaterThan(first);
    await subject.pass(1_000);
    expect(await since()).toBe(second);
    await journal.restartOwing('one');
    expect(await since(), 'all is read again').toBe(second);
  });

  test('are compared once a night, and again when the list of changes begins again', async () => {
    await using subject = await open();
    const { journal } = subject;
    const state = async () => (await journal.followOwing('one', 10 * dayMs))?.books;
    expect(await journal.comparedNight(), 'nobody follows').toBeNull();
    const first = await state();
    expect(first?.comparedNight).toBeNull();
    expect(await journal.comparedNight()).toEqual({ comparedNight: null });
    const night = first?.night ?? Number.NaN;
    await journal.paymentsCompared('two', night);
    expect(await state(), 'without the lease').toMatchObject({ night, comparedNight: null });
    await journal.paymentsCompared('one', night);
    expect(await state()).toMatchObject({ since: first?.since, night, comparedNight: night });
    expect(await journal.comparedNight()).toEqual({ comparedNight: night });
    await subject.pass(dayMs);
    expect(await state()).toMatchObject({ since: first?.since, night: night + 1, comparedNight: night });
    await save(subject, [effectOf('z'.repeat(22), '7')]);
    await journal.restartOwing('one');
    expect(await state()).toMatchObject({ comparedNight: null });
    expect(await journal.paymentAccountsAfter('', 10)).toEqual([]);
  });
}
