import type { Operation } from '../../../store/journal/port.ts';
import { startProcedure } from '../../operations/procedure.ts';
import type { Scope } from '../../runtime/scopes.ts';
import { type CirculationContext, forgetReads, requireScope } from '../context.ts';
import { type CheckInInput, checkIn } from '../lending/check-in.ts';
import { type CheckOutInput, checkOut } from '../lending/check-out.ts';
import { type CancelHoldInput, cancelHold, type PlaceHoldInput, placeHold } from '../lending/holds.ts';
import { type RenewLoanInput, renewLoan } from '../lending/renew.ts';
import {
  type RenewAllLoansInput,
  type RenewLoansInput,
  renewAllLoans,
  renewLoans,
} from '../lending/renew-several.ts';
import type { LendingPayload } from '../lending/run-operation.ts';
import { inputOf, type LendHeldItemInput, lendHeldItem } from '../procedures/lend-held-item.ts';

/** At a desk, or at a self-service station. */
const lends: readonly Scope[] = ['circulation:write', 'station'];

/** Each returns its operation. Everything else in a payload is read when it is selected: see `results.ts`. */
export const mutations = {
  checkOut: mutation((input: CheckOutInput, context) => {
    requireScope(context, lends);
    return checkOut(context.lending, context.caller, input, context.signal);
  }),
  lendHeldItem: mutation(async (input: LendHeldItemInput, context) => {
    requireScope(context, ['circulation:write']);
    const { lending, caller, signal } = context;
    const stored = inputOf(input);
    return {
      operation: await startProcedure(lending, lendHeldItem, caller, input.reference, stored, signal),
    };
  }),
  checkIn: mutation((input: CheckInInput, context) => {
    requireScope(context, lends);
    return checkIn(context.lending, context.caller, input);
  }),
  renewLoan: mutation((input: RenewLoanInput, { lending, caller, signal }) =>
    renewLoan(lending, caller, input, signal),
  ),
  renewLoans: mutation((input: RenewLoansInput, { lending, caller, signal }) =>
    renewLoans(lending, caller, input, signal),
  ),
  renewAllLoans: mutation((input: RenewAllLoansInput, { lending, caller, signal }) =>
    renewAllLoans(lending, caller, input, signal),
  ),
  placeHold: mutation((input: PlaceHoldInput, { lending, branches, caller, signal }) =>
    placeHold(lending, caller, input, branches, signal),
  ),
  cancelHold: mutation((input: CancelHoldInput, { lending, caller, signal }) =>
    cancelHold(lending, caller, input, signal),
  ),
};

function mutation<Input>(run: (input: Input, context: CirculationContext) => Promise<LendingPayload>) {
  return async (_: unknown, { input }: { input: Input }, context: CirculationContext): Promise<Operation> => {
    try {
      const { operation, done } = await run(input, context);
      if (done !== undefined) {
        context.changed.set(operation.id, done);
      }
      return operation;
    } finally {
      forgetReads(context);
    }
  };
}
