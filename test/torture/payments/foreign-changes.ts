import { z } from 'zod';
import { createChargesLedger } from '../../../adapters/charges/soap.ts';
import { lookupOrigin } from '../../../subgraphs/charges/paying/clerk.ts';
import { account } from '../../peers/peer.ts';
import { callerOf } from '../workload/actions.ts';
import type { PaymentClient } from './payment-client.ts';
import type { ForeignChanges } from './payment-history.ts';
import type { RevenueSystem } from './revenue-system.ts';

/** A patron of whom the workload knows nothing. */
const patronId = 'P7000001';
const raised = z.object({ charge: z.object({ chargeNo: z.string() }) });

/**
 * Makes changes in the payment system as if somebody else did, without faults: an order under a reference that looks like
 * ours, and the cancellation of an order that we made. The books must find both.
 */
export async function makeForeignChanges(
  revenue: RevenueSystem,
  client: PaymentClient,
): Promise<ForeignChanges> {
  await using ledger = createChargesLedger({ url: revenue.url, ...account });
  const { signal } = new AbortController();
  const raise = async (cents: number) => {
    const { answer } = await revenue.control({ raise: { patronNo: patronId, purpose: 'Printing', cents } });
    return raised.parse(answer).charge.chargeNo;
  };
  const reference = 'Foreign'.padEnd(22, '0');
  const line = { chargeId: await raise(500), cents: 500 };
  const order = { patronId, lines: [line], method: { kind: 'FPS' }, returnUrl: null } as const;
  const made = await ledger.createPayment(reference, order, lookupOrigin, signal);
  const answer = await client.perform('foreign-1', {
    field: 'startPayment',
    input: { patronId, charges: [await raise(600)], method: 'FPS' },
    caller: callerOf(patronId, [], patronId),
  });
  const orderNo = answer?.payment?.id ?? null;
  const cancelled = orderNo === null ? null : await ledger.cancelPayment(orderNo, null, lookupOrigin, signal);
  return {
    reference: 'payment' in made ? reference : null,
    cancelledOrder: cancelled !== null && 'payment' in cancelled ? orderNo : null,
  };
}
