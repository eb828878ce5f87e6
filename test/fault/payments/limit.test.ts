import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChargesLedger } from '../../../adapters/charges/port.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { clerkOrigin, readerOrigin } from '../../../subgraphs/charges/paying/clerk.ts';
import type { PayingServices } from '../../../subgraphs/charges/paying/services.ts';
import { startPayment } from '../../../subgraphs/charges/paying/start-payment.ts';
import { startPreparedChange } from '../../../subgraphs/operations/adopted/start-prepared.ts';
import { staff } from '../../support/callers.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { newWanted, openPaying } from './payments.ts';

const simulators = openedForTests(() => startSimulators());

test('a reader starts 60 payments in an hour, and a counter goes on', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const url = simulators.all.get('rps')?.url ?? expect.fail();
  const services = (await openPaying(url, join(path, 'journal.sqlite'), resources))();
  const wanted = await newWanted(url, 'startPayment');
  // Refuses each payment, so that the same charge can be paid again.
  const createPayment: ChargesLedger['createPayment'] = async () => ({ refused: 'INVALID', fields: [] });
  const ledger = new Proxy(services.ledger, {
    get: (target, key) => (key === 'createPayment' ? createPayment : Reflect.get(target, key)),
  });
  const reasonOf = async (reference: string, origin: PayingServices['origin']) => {
    const { patronId, chargeId } = wanted;
    const { result } = await startPreparedChange(
      { ...services, ledger, origin },
      startPayment,
      staff,
      reference,
      { patronId, chargeIds: [chargeId], method: { kind: 'FPS' } },
    );
    return (result as { problems: { code: string }[] }).problems[0]?.code;
  };
  const reasons = new Set<string | undefined>();
  for (let payment = 1; payment <= 60; payment++) {
    reasons.add(await reasonOf(`web-${payment}`, readerOrigin));
  }
  expect([...reasons]).toEqual(['INVALID']);
  expect(await reasonOf('web-61', readerOrigin)).toBe('TOO_MANY_REQUESTS');
  expect(await reasonOf('counter', clerkOrigin(services, staff))).toBe('INVALID');
});
