import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { viewOf } from '../../operations/ledger.ts';
import { startProcedure } from '../../operations/procedure.ts';
import type { Scope } from '../../runtime/scopes.ts';
import { type CirculationContext, forgetReads, requireScope } from '../context.ts';
import { type CheckInInput, checkIn, itemReturned } from '../lending/check-in.ts';
import { type CheckOutInput, checkOut } from '../lending/check-out.ts';
import { type CancelHoldInput, cancelHold, type PlaceHoldInput, placeHold } from '../lending/holds.ts';
import { type RenewLoanInput, renewLoan } from '../lending/renew.ts';
import {
  type RenewAllLoansInput,
  type Renewal,
  type RenewLoansInput,
  renewAllLoans,
  renewalsOf,
  renewLoans,
} from '../lending/renew-several.ts';
import type { LendingPayload } from '../lending/run-operation.ts';
import { lendingResultOf, problemsOf } from '../lending/stored-result.ts';
import { inputOf, type LendHeldItemInput, lendHeldItem } from '../procedures/lend-held-item.ts';
import { quotaOf } from './patron.ts';
import { patronIdOf, payloadPatron, renewalsPatron } from './payloads.ts';

/** At a desk, or at a self-service station. */
const lends: readonly Scope[] = ['circulation:write', 'station'];

/** Each returns its operation; the rest of the payload is read when it is requested, as it is by then. */
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
  return async (
    _: unknown,
    { input }: { input: Input },
    context: CirculationContext,
  ): Promise<LendingPayload> => {
    try {
      return await run(input, context);
    } finally {
      forgetReads(context);
    }
  };
}

/** The fields that every payload has. */
const payload = {
  operation: ({ operation }: LendingPayload) => viewOf(operation),
  problems: ({ operation }: LendingPayload) => problemsOf(operation),
};

/** Of several loans at once, whether chosen or all. */
const renewalsPayload = {
  ...payload,
  patron: renewalsPatron,
  outcomes: ({ operation }: LendingPayload, _args: unknown, { lending }: CirculationContext) =>
    renewalsOf(lending, operation),
};

export const payloadResolvers = {
  CheckOutPayload: {
    ...payload,
    loan,
    patron: payloadPatron,
    quota: ({ operation }: LendingPayload, _args: unknown, context: CirculationContext) => {
      const patronId = patronIdOf(operation);
      return patronId === undefined ? null : quotaOf(patronId, context);
    },
    hold: ({ operation }: LendingPayload, _args: unknown, context: CirculationContext) => {
      requireScope(context, ['circulation:read', 'circulation:write']);
      return operation.state === 'REFUSED' ? holdOf(operation, context) : null;
    },
  },
  CheckInPayload: {
    ...payload,
    item: ({ operation }: LendingPayload, _args: unknown, { items }: CirculationContext) => {
      return operation.state === 'DONE' ? items.load(itemReturned(operation)) : null;
    },
  },
  RenewLoanPayload: { ...payload, loan, patron: payloadPatron },
  RenewLoansPayload: renewalsPayload,
  RenewAllLoansPayload: renewalsPayload,
  RenewalOutcome: {
    /** The loan as it was before the renewal, where it has been returned since. */
    loan: async (renewal: Renewal, _args: unknown, context: CirculationContext) => {
      const { libraryCardNumber, id } = renewal.loan;
      return (await findLoan(libraryCardNumber, id, context)) ?? renewal.loan;
    },
    state: ({ part }: Renewal) => part?.state ?? 'UNSETTLED',
    problems: ({ part }: Renewal) => (part === null ? [] : problemsOf(part)),
  },
  HoldPayload: {
    ...payload,
    patron: payloadPatron,
    hold: async ({ operation, done }: LendingPayload, _args: unknown, context: CirculationContext) =>
      done !== undefined && 'hold' in done ? done.hold : await holdOf(operation, context),
  },
};

/** The loan that was made or renewed; null where none was, and after it was returned. */
async function loan(
  { operation, done }: LendingPayload,
  _args: unknown,
  context: CirculationContext,
): Promise<Loan | null> {
  if (done !== undefined && 'loan' in done) {
    return done.loan;
  }
  const { libraryCardNumber, loanId } = lendingResultOf(operation);
  if (libraryCardNumber === undefined || loanId === undefined) {
    return null;
  }
  return await findLoan(libraryCardNumber, loanId, context);
}

/** The reservation that was placed or cancelled, or that the operation was refused for. */
async function holdOf(operation: Operation, context: CirculationContext): Promise<Hold | null> {
  const { libraryCardNumber, holdId } = lendingResultOf(operation);
  if (libraryCardNumber === undefined) {
    return null;
  }
  const holds = await context.holdsByCard.load(libraryCardNumber);
  return holds.find(({ id, reference }) => id === holdId || reference === operation.id) ?? null;
}

async function findLoan(card: string, loanId: string, context: CirculationContext): Promise<Loan | null> {
  const loans = await context.loansByCard.load(card);
  return loans.find(({ id }) => id === loanId) ?? null;
}
