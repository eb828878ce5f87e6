import { once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type FaultRequest, startSimulators } from '../../../simulators/index.ts';
import { lookupOrigin } from '../../../subgraphs/charges/paying/clerk.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import {
  askFor,
  certainMs,
  effects,
  eventsOf,
  type Kind,
  kinds,
  newWanted,
  openPaying,
  reconcile,
  timesMade,
  type Wanted,
} from './payments.ts';

/** Changes in the payment system whose answers are lost, whose requests arrive twice, or too late. */

const simulators = openedForTests(() => startSimulators());
const rps = () => simulators.all.get('rps') ?? expect.fail();

const opened = openedForEachTest(async () => {
  const resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const alarms: string[] = [];
  const services = (await openPaying(rps().url, join(path, 'journal.sqlite'), resources, alarms))();
  return { services, alarms, [Symbol.asyncDispose]: () => resources.disposeAsync() };
});

beforeEach(() => rps().faults.clear());

/** Asks for the change while its first call meets the fault. */
async function askWith(wanted: Wanted, fault: FaultRequest) {
  const [, operation] = effects[wanted.kind];
  rps().faults.set([{ ...fault, operations: [operation], rate: 1 }]);
  const asked = await askFor(opened.services, wanted);
  rps().faults.clear();
  return asked;
}

describe.each(kinds)('%s', (kind: Kind) => {
  test('whose answer is lost is found, and made once', async () => {
    const wanted = await newWanted(rps().url, kind);
    const asked = await askWith(wanted, { kind: 'reset-after' });
    expect(asked.state).toBe('UNSETTLED');
    const { operation } = await reconcile(opened.services, asked, 0);
    expect(operation.state).toBe('DONE');
    expect(await timesMade(opened.services.ledger, wanted)).toBe(1);
  });

  test('whose request is lost is refused only when nothing can arrive any more', async () => {
    const wanted = await newWanted(rps().url, kind);
    const asked = await askWith(wanted, { kind: 'reset-before' });
    expect(asked.state).toBe('UNSETTLED');
    const early = await reconcile(opened.services, asked, certainMs);
    if (kind === 'cancelPayment') {
      // A payment is cancelled once, however often that is asked for.
      expect(early.operation.state).toBe('DONE');
      expect(await timesMade(opened.services.ledger, wanted)).toBe(1);
      return;
    }
    expect(early.operation.state).toBe('UNSETTLED');
    const { operation } = await reconcile(opened.services, asked, certainMs + 1);
    expect(operation.state).toBe('REFUSED');
    expect(await timesMade(opened.services.ledger, wanted)).toBe(0);
    expect(opened.alarms).toEqual([]);
  });

  test('whose request arrives twice is made once', async () => {
    const wanted = await newWanted(rps().url, kind);
    const asked = await askWith(wanted, { kind: 'deliver-twice', answer: 'second' });
    const { operation } = await reconcile(opened.services, asked, 0);
    expect(operation.state).toBe('DONE');
    expect(await timesMade(opened.services.ledger, wanted)).toBe(1);
    expect(opened.alarms).toEqual([]);
  });
});

test.each([
  ['startPayment', 'createPayment'],
  ['waiveCharge', 'waiveCharge'],
  ['refundPayment', 'refundPayment'],
] as const)('%s that shows after it stood as refused is done, and an alarm', async (kind, method) => {
  const wanted = await newWanted(rps().url, kind);
  const { services, alarms } = opened;
  let arrive = async (): Promise<unknown> => expect.fail('nothing was sent');
  // A request that arrives after everybody believes that it can't.
  const ledger = new Proxy(services.ledger, {
    get: (target, key) =>
      key !== method
        ? Reflect.get(target, key)
        : async (...args: unknown[]) => {
            arrive = () => Reflect.apply(target[method], target, args.slice(0, 4));
            throw new UpstreamError('payment system', 'outcome-unknown', 'a test');
          },
  });
  const asked = await askFor({ ...services, ledger }, wanted);
  const refused = await reconcile(services, asked, certainMs + 1);
  expect(refused.operation.state).toBe('REFUSED');
  expect(refused.againMs, 'it is looked up again').toBe(60_000);
  await arrive();
  expect((await reconcile(services, asked, certainMs + 1)).operation.state).toBe('DONE');
  expect(await timesMade(services.ledger, wanted)).toBe(1);
  expect(alarms).toEqual([expect.stringContaining('settled as refused was done after all')]);
});

test('money that comes late for a payment is an alarm, and no other end is', async () => {
  const wanted = await newWanted(rps().url, 'startPayment');
  const asked = await askFor(opened.services, wanted);
  const { paymentId } = asked.result as { paymentId: string };
  expect((await reconcile(opened.services, asked, 0)).againMs).toBe(60_000);
  await controlPayments(rps().url, { expire: paymentId });
  expect((await reconcile(opened.services, asked, 0)).againMs).toBe(1_800_000);
  expect(opened.alarms).toEqual([]);
  await controlPayments(rps().url, { pay: paymentId });
  expect((await reconcile(opened.services, asked, 0)).againMs).toBeNull();
  expect(opened.alarms).toEqual([expect.stringContaining('money came for a payment that had ended')]);
  expect((await eventsOf(opened.services.ledger, wanted.patronId)).map(({ kind }) => kind)).toContain(
    'PAYMENT_REFUNDED',
  );
});

test('a refused waiver whose list of changes has no end is answered, and settled when the list has one', async () => {
  const wanted = await newWanted(rps().url, 'waiveCharge');
  const { services } = opened;
  let signalOfSearch = new AbortController().signal;
  const ledger = new Proxy(services.ledger, {
    get: (target, key) => {
      if (key === 'waiveCharge') {
        return async (...[, , , , maySend]: Parameters<typeof target.waiveCharge>) => {
          maySend?.();
          return { refused: 'ALREADY_SETTLED', chargeId: null, paymentId: null };
        };
      }
      return key !== 'eventsAfter'
        ? Reflect.get(target, key)
        : async (...[, , , signal]: Parameters<typeof target.eventsAfter>) => {
            signalOfSearch = signal;
            await once(signal, 'abort');
            throw new UpstreamError('payment system', 'cancelled', 'a test');
          };
    },
  });
  const asked = await askFor({ ...services, ledger }, wanted);
  expect(signalOfSearch.aborted).toBe(true);
  expect(asked.state).toBe('UNSETTLED');
  const { operation } = await reconcile(services, asked, certainMs + 1);
  expect(operation.state).toBe('REFUSED');
});

test('a waiver whose answer shows a charge with less waived is only done if the list of changes has it', async () => {
  const wanted = await newWanted(rps().url, 'waiveCharge');
  const { services } = opened;
  const question = { includeSettled: true, origin: lookupOrigin };
  const { signal } = new AbortController();
  const [statement] = await services.ledger.statements([wanted.patronId], question, signal);
  const ledger = new Proxy(services.ledger, {
    get: (target, key) =>
      key === 'waiveCharge' ? async () => ({ charge: statement?.charges[0] }) : Reflect.get(target, key),
  });
  const asked = await askFor({ ...services, ledger }, wanted);
  expect(asked.state).toBe('UNSETTLED');
  expect((await reconcile(services, asked, certainMs + 1)).operation.state).toBe('REFUSED');
});

test('something else under the reference of an operation is an alarm, and nothing is done for it', async () => {
  const wanted = await newWanted(rps().url, 'startPayment');
  const other = await newWanted(rps().url, 'startPayment');
  const { services } = opened;
  const { signal } = new AbortController();
  // Somebody else makes an order under the operation's id, right before it is sent.
  const ledger = new Proxy(services.ledger, {
    get: (target, key) =>
      key !== 'createPayment'
        ? Reflect.get(target, key)
        : async (...[reference, , origin, , maySend]: Parameters<typeof target.createPayment>) => {
            const lines = [{ chargeId: other.chargeId, cents: 900 }];
            const order = {
              patronId: other.patronId,
              lines,
              method: { kind: 'FPS' },
              returnUrl: null,
            } as const;
            await target.createPayment(reference, order, origin, signal);
            const asked = {
              ...order,
              patronId: wanted.patronId,
              lines: [{ chargeId: wanted.chargeId, cents: 900 }],
            };
            return await target.createPayment(reference, asked, origin, signal, maySend);
          },
  });
  const operation = await askFor({ ...services, ledger }, wanted);
  expect(operation.state).toBe('REFUSED');
  expect(await timesMade(services.ledger, wanted)).toBe(0);
  // The order was seen twice: as the answer, and as what the reference led to.
  expect(opened.alarms, 'once').toEqual([expect.stringContaining('a duplicate that is not ours')]);
});
