/** Payments at stations: of merged records, and cancelled although the payment system is silent. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { payAtStation } from '../../../subgraphs/charges/paying/pay-at-station.ts';
import { startPreparedChange } from '../../../subgraphs/operations/adopted/start-prepared.ts';
import { storedProblemsOf } from '../../../subgraphs/operations/results/payload.ts';
import { staff } from '../../support/callers.ts';
import { secret } from '../../support/journal-secret.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { newWanted, openPaying } from './payments.ts';

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
