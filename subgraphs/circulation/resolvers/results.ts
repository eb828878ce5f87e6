/**
 * Resolvers for the payloads of mutations, and for the types of operations that are looked up. Both show the
 * operation's current outcome.
 */
import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import {
  operationFields,
  patronOf,
  patronToStaffOr,
  payloadFields,
} from '../../operations/results/payload.ts';
import { subjectIn } from '../../operations/subject.ts';
import { isVisitOver } from '../../operations/visits/proof.ts';
import { isRefusedOffline } from '../books/lent-offline.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { returnOf } from '../lending/check-in.ts';
import { type Renewal, renewalsOf, unknownLoanIds } from '../lending/renew-several.ts';
import { lendingResultOf, problemsOf } from '../lending/stored-result.ts';
import { problemOf } from '../rules/problems.ts';
import { findingOfOperation } from './findings.ts';
import { changedPreferences, preferencesOfOperation } from './notices/notice-preferences.ts';
import { quotaAfter } from './quota.ts';
import { destinationOf, endedLoanOf } from './returned-copy.ts';

const patronOfLending = patronToStaffOr(lentTo);

const ofLoan = { loan: changedLoan };
const ofCheckOut = {
  ...ofLoan,
  patron: patronOfLending,
  quota: (operation: Operation, args: unknown, context: CirculationContext) => {
    const patron = patronOfLending(operation, args, context);
    return patron === null || isVisitOver(context.caller, patron.id, operation.requestedAt)
      ? null
      : quotaAfter(operation, changedInRequest(operation, context), patron.id, context);
  },
  hold: (operation: Operation, args: unknown, context: CirculationContext) => {
    requireScope(context, ['circulation:read', 'circulation:write']);
    return operation.state === 'REFUSED' ? changedHold(operation, args, context) : null;
  },
};
const warnings = (operation: Operation) =>
  lendingResultOf(operation).areChargesUnknown === true ? ['CHARGES_UNKNOWN'] : [];
const ofCheckOutPayload = { isFinding: isRefusedOffline, warnings };
const ofCheckOutOperation = {
  item: (operation: Operation, _args: unknown, context: CirculationContext) => {
    requireScope(context, ['circulation:read']);
    const { itemNumber } = subjectIn(operation.details);
    return itemNumber === undefined ? null : context.items.load(itemNumber);
  },
};
const ofCheckIn = {
  item: (operation: Operation, _args: unknown, { items }: CirculationContext) =>
    operation.state === 'DONE' ? items.load(returnOf(operation).itemNumber) : null,
  destination: destinationOf,
  endedLoan: endedLoanOf,
};
const ofRenewals = {
  outcomes: shownRenewals,
};
const ofChosenRenewals = {
  ...ofRenewals,
  renewals: async (operation: Operation, args: unknown, context: CirculationContext) => [
    ...(await shownRenewals(operation, args, context)).map((renewal) => ({
      loanId: renewal.loan.id,
      renewal,
    })),
    ...unknownLoanIds(operation).map((loanId) => ({ loanId, renewal: null })),
  ],
};
const ofHold = { hold: changedHold };

const ofBranchChange = {
  ...ofHold,
  formerQueuePosition: (operation: Operation) => lendingResultOf(operation).formerQueuePosition ?? null,
};

const ofFinding = { finding: findingOfOperation };

const renewalOutcome = {
  /** The loan as it is now. If it was returned meanwhile, the loan as it was before the renewal. */
  loan: async ({ loan, operation }: Renewal, _args: unknown, context: CirculationContext) =>
    changedInRequest(operation, context) ??
    (await findLoan(loan.libraryCardNumber, loan.id, context)) ??
    loan,
  state: ({ operation }: Renewal) => operation?.state ?? 'UNSETTLED',
  /** The problems of renewing this loan. Their `field` is null, because the input has no field for this loan alone. */
  problems: ({ operation }: Renewal) =>
    operation === null ? [] : problemsOf(operation).map((problem) => ({ ...problem, field: null })),
};

/** The outcome for one of the ids in the input. `renewal` is null if the id is not a loan of the reader. */
interface ChosenRenewal {
  readonly loanId: string;
  readonly renewal: Renewal | null;
}

const payload = { ...payloadFields, patron: patronOf, problems: problemsOf };
const fields = { ...operationFields, patron: patronOf, problems: problemsOf };

export const resultResolvers = {
  CheckOutPayload: { ...payload, ...ofCheckOut, ...ofCheckOutPayload },
  CheckOutOperation: { ...fields, ...ofCheckOut, ...ofCheckOutOperation },
  LendHeldItemPayload: { ...payload, ...ofCheckOut, warnings },
  LendHeldItemOperation: { ...fields, ...ofCheckOut },
  CheckInPayload: { ...payload, ...ofCheckIn },
  CheckInOperation: { ...fields, ...ofCheckIn },
  RenewLoanPayload: { ...payload, ...ofLoan },
  RenewLoanOperation: { ...fields, ...ofLoan },
  RenewLoansPayload: { ...payload, ...ofChosenRenewals },
  RenewLoansOperation: { ...fields, ...ofChosenRenewals },
  RenewAllLoansPayload: { ...payload, ...ofRenewals },
  RenewAllLoansOperation: { ...fields, ...ofRenewals },
  RenewalOutcome: renewalOutcome,
  LoanRenewal: {
    loan: ({ renewal }: ChosenRenewal, args: unknown, context: CirculationContext) =>
      renewal === null ? null : renewalOutcome.loan(renewal, args, context),
    state: ({ renewal }: ChosenRenewal) => (renewal === null ? 'REFUSED' : renewalOutcome.state(renewal)),
    problems: ({ renewal }: ChosenRenewal) =>
      renewal === null
        ? [problemOf('LOAN_NOT_FOUND', { field: ['loanIds'] })]
        : renewalOutcome.problems(renewal),
  },
  PlaceHoldPayload: { ...payload, ...ofHold },
  PlaceHoldOperation: { ...fields, ...ofHold },
  CancelHoldPayload: { ...payload, ...ofHold },
  CancelHoldOperation: { ...fields, ...ofHold },
  ChangePickupBranchPayload: { ...payload, ...ofBranchChange },
  ChangePickupBranchOperation: { ...fields, ...ofBranchChange },
  SetNoticePreferencesPayload: { ...payload, patron: payloadFields.patron, preferences: changedPreferences },
  SetNoticePreferencesOperation: { ...fields, preferences: preferencesOfOperation },
  AcknowledgeFindingPayload: { ...payload, ...ofFinding },
  AcknowledgeFindingOperation: { ...fields, ...ofFinding },
  RepairFindingPayload: { ...payload, ...ofFinding },
  RepairFindingOperation: { ...fields, ...ofFinding },
  CloseFindingPayload: { ...payload, ...ofFinding },
  CloseFindingOperation: { ...fields, ...ofFinding },
};

/**
 * The patron whose card was shown, for stations. Null if the card was refused because it is lost or was replaced, so
 * that a station doesn't learn whose card it is (R17). Staff can still find the operation by that patron.
 */
function lentTo(operation: Operation): ReturnType<typeof patronOf> {
  if (operation.kind !== 'CHECK_OUT') {
    return patronOf(operation);
  }
  const id = operation.place?.patronId ?? lendingResultOf(operation).patronId;
  return id === undefined ? null : { id, shownAt: operation.requestedAt };
}

/**
 * The kinds of operations that make a new loan or hold. Operations of other kinds show one that the patron had before.
 */
const making: readonly string[] = ['CHECK_OUT', 'LEND_HELD_ITEM', 'PLACE_HOLD'];

/**
 * Returns the loan or hold that an operation shows. If the patron had it before the operation, an audit record is
 * written first, as for any reading of loans (decision 55).
 */
async function recorded<Row extends Loan | Hold>(
  operation: Operation,
  row: Row | null,
  context: CirculationContext,
): Promise<Row | null> {
  const isMade = making.includes(operation.kind) && operation.state === 'DONE';
  if (row !== null && !isMade) {
    const patronId =
      operation.patronId ?? (await context.cardsByNumber.load(row.libraryCardNumber))?.patronId ?? null;
    if (patronId !== null) {
      await context.recordOpening('LOANS', patronId);
    }
  }
  return row;
}

/** The renewals of several loans. They show the patron's loans, so an audit record is written before the answer. */
async function shownRenewals(
  operation: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<readonly Renewal[]> {
  const renewals = await renewalsOf(context.services, operation);
  await recorded(operation, renewals[0]?.loan ?? null, context);
  return renewals;
}

/** The loan that was made or renewed, or that the patron already had. Null if there is none or it was returned. */
async function changedLoan(
  operation: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<Loan | null> {
  return await recorded(operation, await readLoan(operation, context), context);
}

async function readLoan(operation: Operation, context: CirculationContext): Promise<Loan | null> {
  const changed = changedInRequest(operation, context);
  if (changed !== null) {
    return changed;
  }
  const { libraryCardNumber, loanId } = lendingResultOf(operation);
  if (libraryCardNumber === undefined || loanId === undefined) {
    return null;
  }
  return await findLoan(libraryCardNumber, loanId, context);
}

/**
 * The loan that this request itself has made or renewed in the operation, as circulation returned it. Null if there is
 * none.
 */
function changedInRequest(operation: Operation | null, { changed }: CirculationContext): Loan | null {
  const change = operation === null ? undefined : changed.get(operation.id);
  return change !== undefined && 'loan' in change ? change.loan : null;
}

/** The hold that was placed or cancelled, or that caused the refusal. Null if there is none. */
async function changedHold(
  operation: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<Hold | null> {
  return await recorded(operation, await readHold(operation, context), context);
}

async function readHold(operation: Operation, context: CirculationContext): Promise<Hold | null> {
  const changed = context.changed.get(operation.id);
  if (changed !== undefined && 'hold' in changed) {
    return changed.hold;
  }
  const { libraryCardNumber, holdId, placedBy = operation.id } = lendingResultOf(operation);
  if (libraryCardNumber === undefined) {
    return null;
  }
  const holds = await context.holdsByCard.load(libraryCardNumber);
  return holds.find(({ id, reference }) => id === holdId || reference === placedBy) ?? null;
}

async function findLoan(card: string, loanId: string, context: CirculationContext): Promise<Loan | null> {
  const loans = await context.loansByCard.load(card);
  return loans.find(({ id }) => id === loanId) ?? null;
}
