import type { Origin } from '../../../adapters/charges/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import type { PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { startPreparedChange } from '../../operations/adopted/start-prepared.ts';
import type { ChargesContext } from '../context.ts';
import { clerkOrigin } from '../paying/clerk.ts';
import type { ClerkServices, PayingServices } from '../paying/services.ts';

/**
 * Makes the resolver of a mutation. After the change, the resolver clears the loaders, because they may contain data
 * from before it.
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

/** Starts a payment or its cancellation. */
export function startAs<Request extends object, Plan extends object>(
  { services, caller, clock }: ChargesContext,
  change: PreparedChange<PayingServices, Request, Plan>,
  reference: string,
  request: Request,
  origin: Origin,
): Promise<Operation> {
  return startPreparedChange({ ...services, origin, clock }, change, caller, reference, request);
}

/**
 * Starts a change that only staff may make. The payment system records the member of staff, even if the change is to
 * the member's own account.
 */
export function startAsClerk<Request extends object, Plan extends object>(
  { services, caller, clock }: ChargesContext,
  change: PreparedChange<ClerkServices, Request, Plan>,
  reference: string,
  request: Request,
): Promise<Operation> {
  const origin = clerkOrigin(services, caller);
  return startPreparedChange({ ...services, origin, clock }, change, caller, reference, request);
}
