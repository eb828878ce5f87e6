import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { payByCode } from '../../../subgraphs/charges/paying/pay-by-code.ts';
import type { PayingServices } from '../../../subgraphs/charges/paying/services.ts';
import { startPreparedChange } from '../../../subgraphs/operations/adopted/start-prepared.ts';
import { reader } from '../../support/callers.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { newWanted, openPaying, type Wanted } from './payments.ts';

/** A payment by code whose charges get into another payment after they were read, and before the payment is sent. */

const simulators = openedForTests(() => startSimulators());
const opened = openedForEachTest(async () => {
  const resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const url = simulators.all.get('rps')?.url ?? expect.fail();
  const services = (await openPaying(url, join(path, 'journal.sqlite'), resources))();
  const wanted = await newWanted(url, 'startPayment');
  return { services, wanted, [Symbol.asyncDispose]: () => resources.disposeAsync() };
});

const payer = reader('P0000002');
const pay = (services: PayingServices, { patronId }: Wanted, reference: string, caller = payer) =>
  startPreparedChange(services, payByCode, caller, reference, { patronId, method: { kind: 'FPS' } });

/** The ledger, where `first` happens right before a payment is made. */
const ledgerAfter = (ledger: ChargesLedger, first: () => Promise<unknown>) =>
  new Proxy(ledger, {
    get: (target, key) =>
      key !== 'createPayment'
        ? Reflect.get(target, key)
        : async (...args: Parameters<typeof target.createPayment>) => {
            await first();
            return await target.createPayment(...args);
          },
  });

test.each([
  ['of somebody else', reader('P0000003'), null],
  ['of the payer', payer, expect.stringMatching(/^RO/)],
] as const)('a payment %s that the charges are in: the payer learns of %o', async (_of, first, shown) => {
  const { services, wanted } = opened;
  const ledger = ledgerAfter(services.ledger, () => pay(services, wanted, 'first', first));
  const operation = await pay({ ...services, ledger }, wanted, 'second');
  expect(operation).toMatchObject({
    state: 'REFUSED',
    result: { problems: [{ code: 'CHARGE_IN_PAYMENT' }] },
  });
  expect((operation.result as { paymentId?: string }).paymentId ?? null).toEqual(shown);
});
