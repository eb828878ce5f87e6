import type { Origin, StaffOrigin } from '../../../adapters/charges/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import type { PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { startPreparedChange } from '../../operations/adopted/start-prepared.ts';
import type { ChargesContext } from '../context.ts';
import { lookupOrigin } from '../paying/clerk.ts';
import type { PayingServices } from '../paying/services.ts';

/**
 * The resolver of a mutation. It clears the loaders after the change, because they may have data from before the
 * change.
 */
export function mutation<OneInput>(run: (input: OneInput, context: ChargesContext) => Promise<Operation>) {
  return async (
    _: unknown,
    { input }: { readonly input: OneInput },
    context: ChargesContext,
  ): Promise<Operation> => {
    try {
      return await run(input, context);
    } finally {
      context.statements.clearAll();
      context.payments.clearAll();
      context.accounts.clear();
    }
  };
}

/**
 * Starts a change.
 * @param origin the origin of a payment or a cancellation
 * @param clerk the origin of a waiver or a refund. The default is for callers who can make neither
 */
export function startAs<Request extends object, Plan extends object>(
  { services, caller, clock }: ChargesContext,
  change: PreparedChange<PayingServices, Request, Plan>,
  reference: string,
  request: Request,
  origin: Origin,
  clerk: StaffOrigin = lookupOrigin,
): Promise<Operation> {
  return startPreparedChange({ ...services, origin, clerk, clock }, change, caller, reference, request);
}
