/** Payments at stations: of merged records, and cancelled although the payment system is silent. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { cancelAtStation } from '../../../subgraphs/charges/paying/cancel-at-station.ts';
import { payAtStation } from '../../../subgraphs/charges/paying/pay-at-station.ts';
import { startPreparedChange } from '../../../subgraphs/operations/adopted/start-prepared.ts';
import { storedProblemsOf } from '../../../subgraphs/operations/results/payload.ts';
import { staff } from '../../support/callers.ts';
import { secret } from '../../support/journal-secret.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { certainMs, newWanted, openPaying, reconcile } from './payments.ts';

const simulators = openedForTests(() => startSimulators());
const rps = () => simulators.all.get('rps') ?? expect.fail();

const opened = openedForEachTest(async () => {
  const resources = new AsyncDisposableStack();
  const { path: folder } = resources.use(await openTemporaryFolder());
  const path = join(folder, 'journal.sqlite');
  const services = (await openPaying(rps().url, path, resources))();
  const journal = resources.use(await openSqliteJournal({ path, secret }));
  return { services, journal, [Symbol.asyncDispose]: () => resources.disposeAsync() };
});

const pay = (patronId: string, cents: number, reference = `pay ${patronId} ${cents}`) =>
  startPreparedChange(opened.services, payAtStation, staff, reference, {
    ...{ patronId, cents, branch: 'TKL' },
    chargeId: null,
  });
const codesOf = (operation: Operation) => storedProblemsOf(operation).map(({ code }) => code);

test('what is owed on two merged records is paid record by record', async () => {
  // Each owes 9.00.
  const { patronId } = await newWanted(rps().url, 'startPayment');
  const leaving = await newWanted(rps().url, 'startPayment');
  const merge = { leavingId: leaving.patronId, stayingId: patronId, operationId: 'merge'.padEnd(22, '0') };
  expect(await opened.journal.mergePatrons(merge)).toBeNull();
  expect(codesOf(await pay(patronId, 1800))).toEqual(['SEPARATE_RECORDS']);
  expect(await pay(patronId, 900, 'first')).toMatchObject({ state: 'DONE', result: { cents: 900 } });
  expect(await pay(patronId, 900, 'second')).toMatchObject({ state: 'DONE', result: { cents: 900 } });
  expect(codesOf(await pay(patronId, 900, 'third'))).toEqual(['CHARGE_IN_PAYMENT']);
});

const cancel = ({ id, patronId }: Operation) => {
  const payment = { patronId, reference: id };
  return startPreparedChange(opened.services, cancelAtStation, staff, `cancel ${id}`, { payment });
};
/** Every call to the payment system fails. */
const silence = () => rps().faults.set([{ kind: 'reset-before', rate: 1 }]);
const stateOf = async ({ id }: Operation) => {
  const { ledger, origin } = opened.services;
  const [payment] = await ledger.paymentsByReference([id], origin, new AbortController().signal);
  return payment?.state;
};

test('a payment that could not be cancelled is cancelled as soon as the payment system answers again', async () => {
  const { patronId } = await newWanted(rps().url, 'startPayment');
  const paid = await pay(patronId, 900);
  silence();
  const cancelled = await cancel(paid);
  rps().faults.clear();
  expect([cancelled.state, await stateOf(paid)]).toEqual(['UNSETTLED', 'PENDING']);
  const { operation } = await reconcile(opened.services, cancelled, 0);
  expect([operation.state, await stateOf(paid)]).toEqual(['DONE', 'CANCELLED']);
});

test('a payment that is made after it was to be cancelled is cancelled', async () => {
  const { patronId } = await newWanted(rps().url, 'startPayment');
  rps().faults.set([{ kind: 'reset-after', operations: ['CreateOrder'], rate: 1 }]);
  const paid = await pay(patronId, 900);
  silence();
  const cancelled = await cancel(paid);
  expect([paid.state, cancelled.state]).toEqual(['UNSETTLED', 'UNSETTLED']);
  rps().faults.clear();
  const { operation } = await reconcile(opened.services, cancelled, 0);
  expect([operation.state, await stateOf(paid)]).toEqual(['DONE', 'CANCELLED']);
});

test('the cancelling of a payment that may still be made waits, and ends when it is certain that none was', async () => {
  const { patronId } = await newWanted(rps().url, 'startPayment');
  rps().faults.set([{ kind: 'reset-before', operations: ['CreateOrder'], rate: 1 }]);
  const paid = await pay(patronId, 900);
  rps().faults.clear();
  const cancelled = await cancel(paid);
  expect(cancelled.state).toBe('UNSETTLED');
  expect((await reconcile(opened.services, cancelled, certainMs + 1)).operation.state).toBe('UNSETTLED');
  expect((await reconcile(opened.services, paid, certainMs + 1)).operation.state).toBe('REFUSED');
  expect(codesOf((await reconcile(opened.services, cancelled, 0)).operation)).toEqual(['NO_SUCH_PAYMENT']);
});

test('money that comes before the cancellation is kept, and the operation says so', async () => {
  const { patronId } = await newWanted(rps().url, 'startPayment');
  const paid = await pay(patronId, 900);
  silence();
  const cancelled = await cancel(paid);
  rps().faults.clear();
  await controlPayments(rps().url, { pay: (paid.result as { paymentId: string }).paymentId });
  const { operation } = await reconcile(opened.services, cancelled, 0);
  expect([codesOf(operation), await stateOf(paid)]).toEqual([['NOT_PENDING'], 'PAID']);
});

test('the cancelling of a payment that the payment system has lost ends after half a day', async () => {
  const { patronId } = await newWanted(rps().url, 'startPayment');
  const paid = await pay(patronId, 900);
  silence();
  const cancelled = await cancel(paid);
  rps().faults.clear();
  const { services } = opened;
  const ledger = { ...services.ledger, paymentsByReference: async () => [null] };
  const hoursLater = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const early = await reconcile({ ...services, ledger }, cancelled, certainMs + 1, hoursLater(11));
  expect(early.operation.state).toBe('UNSETTLED');
  const { operation } = await reconcile({ ...services, ledger }, cancelled, certainMs + 1, hoursLater(13));
  expect(codesOf(operation)).toEqual(['SYSTEM_UNAVAILABLE']);
});
