import { z } from 'zod';
import type { Loan } from '../../../adapters/circulation/port.ts';
import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import type { ReaderPresented } from '../../library/reader-presented.ts';
import { sortBy } from '../../library/sort-by.ts';
import { prepareAndSendMs, preparedFirst } from '../../operations/change-times.ts';
import { beginChild, findChild, type RequestedOperation } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { maxRenewedTogether } from '../rules/limits.ts';
import { refused } from '../rules/problems.ts';
import { dueOrder, hasNothingToGain } from '../rules/renewals.ts';
import {
  createPinVerifier,
  findPatron,
  readLoansInGoodStanding,
  requirePatronAccess,
} from './identify-patron.ts';
import { loansOnCardsOf } from './loan-snapshot.ts';
import { type LoanRenewal, lockRenewals, renewLocked } from './renew.ts';
import { type LendingPayload, runOperation, runSteps, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import { toStoredResult } from './stored-result.ts';

export interface RenewAllLoansInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
}

export interface RenewLoansInput extends RenewAllLoansInput {
  readonly loanIds: readonly string[];
}

/** The number of characters of a title that are stored. */
const maxTitleLength = 80;

/** The loans to renew, in the form that the journal stores. These fields are enough to show a loan after its return. */
const loans = z.array(
  z.object({
    id: z.string(),
    libraryCardNumber: z.string(),
    itemNumber: z.string(),
    titleNumber: z.string(),
    title: z.string(),
    branch: z.string(),
    checkedOutAt: z.string(),
    dueOn: z.string(),
    renewals: z.number(),
    reference: z.string().nullable(),
  }),
);

/** What the journal stores about the renewal of several loans. Release 0.2 stored only the loans. */
const details = z
  .object({ loans, unknownIds: z.array(z.string()) })
  .or(loans.transform((known) => ({ loans: known, unknownIds: [] })));

/** The loans to renew, and the ids in the input that are not loans of the reader. */
interface Chosen {
  readonly loans: readonly Loan[];
  readonly unknownIds: readonly string[];
}

/** A loan, and the operation that renews it. The operation is null if it was not begun. */
export interface Renewal {
  readonly loan: Loan;
  readonly operation: Operation | null;
}

/**
 * Renews every loan of the reader. If there are more than 100, only the loans that are due soonest are renewed (R24). A
 * loan that would not get a later due date is not renewed, and its outcome says so (R23).
 */
export function renewAllLoans(
  services: LendingServices,
  caller: Caller,
  input: RenewAllLoansInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const { patronId = null } = input.reader;
  const requested = { kind: 'RENEW_ALL_LOANS', input, patronId, ...preparedFirst };
  const choose = (loans: readonly Loan[]) => ({ loans: dueSoonest(loans), unknownIds: [] });
  return renewSeveral(services, caller, requested, input.reader, choose, signal);
}

/**
 * Renews the chosen loans of the reader. The operation is refused unless there are 1 to 100 different ids, and at least
 * one is a loan of the reader.
 */
export function renewLoans(
  services: LendingServices,
  caller: Caller,
  input: RenewLoansInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  const chosenIds = new Set(input.loanIds);
  const { patronId = null } = input.reader;
  const requested = { kind: 'RENEW_LOANS', input, patronId, ...preparedFirst };
  const choose = (loans: readonly Loan[]) => {
    if (chosenIds.size < 1 || chosenIds.size > maxRenewedTogether) {
      throw refused('INVALID', { field: ['loanIds'] });
    }
    const chosen = loans.filter(({ id }) => chosenIds.has(id));
    if (chosen.length === 0) {
      throw refused('LOAN_NOT_FOUND', { field: ['loanIds'] });
    }
    const knownIds = new Set(chosen.map(({ id }) => id));
    return { loans: dueSoonest(chosen), unknownIds: [...chosenIds].filter((id) => !knownIds.has(id)) };
  };
  return renewSeveral(services, caller, requested, input.reader, choose, signal);
}

/**
 * Renews several loans of the reader. Each renewal is a child operation. The parent is done when all children are
 * settled (R24).
 * @param choose returns the loans to renew, out of all loans of the reader, in the order in which they are due
 */
function renewSeveral(
  services: LendingServices,
  caller: Caller,
  requested: RequestedOperation,
  reader: ReaderPresented,
  choose: (loans: readonly Loan[]) => Chosen,
  signal: AbortSignal,
): Promise<LendingPayload> {
  requirePatronAccess(caller, reader);
  return runOperation(services, caller, requested, async (operation, patron) => {
    const patronId = await findPatron(services, reader, createPinVerifier(services, caller), patron);
    const { loans: wanted, unknownIds } = choose(await readLoansInGoodStanding(services, patronId, signal));
    const stored = {
      loans: wanted.map((loan) => ({ ...loan, title: [...loan.title].slice(0, maxTitleLength).join('') })),
      unknownIds,
    };
    // When this call has succeeded, the reconciler knows which loans to renew. If the reconciler has already settled
    // the operation, nothing is renewed.
    if (
      !(await services.journal.allowSending(operation.id, stored, prepareAndSendMs, {
        arriveWithinMs: null,
        patronId,
      }))
    ) {
      return { operation: (await services.journal.findById(operation.id)) ?? operation, done: null };
    }
    const children = await renewEach(services, operation, patronId, wanted, signal);
    const settled = await settleParent(services, { ...operation, details: stored });
    return { operation: settled, done: { children } };
  });
}

/** The first {@link maxRenewedTogether} loans, in the order in which they are due. */
const dueSoonest = (loans: readonly Loan[]): readonly Loan[] =>
  sortBy(loans, dueOrder).slice(0, maxRenewedTogether);

/**
 * Renews each loan that would get a later due date. Each renewal first locks its loan against other renewals. Then the
 * loans are read again, because another operation may have renewed a loan before it was locked. A loan stays on its
 * card, so the cards are not read again.
 */
async function renewEach(
  services: LendingServices,
  parent: Operation,
  patronId: string,
  wanted: readonly Loan[],
  signal: AbortSignal,
): Promise<readonly LendingPayload[]> {
  const begun = await Promise.all(wanted.map((loan) => beginRenewal(services, parent, patronId, loan)));
  const renewals = begun.filter((renewal) => renewal !== null);
  const locked = await lockRenewals(services, patronId, renewals);
  const reading = locked.length === 0 ? null : loansOnCardsOf(services, wanted, signal);
  return await Promise.all(
    renewals.map((renewal) =>
      runSteps(services, renewal.operation, async () => {
        if (reading === null || !locked.includes(renewal)) {
          throw refused('RENEWAL_PENDING', { patronId });
        }
        return await renewLocked(services, patronId, renewal, await reading);
      }),
    ),
  );
}

/** Begins the renewal of one loan. Null if the loan would get no later due date, or if another process has begun it. */
async function beginRenewal(
  services: LendingServices,
  parent: Operation,
  patronId: string,
  loan: Loan,
): Promise<LoanRenewal | null> {
  const { operation, isNew } = await beginChild(services, parent, renewalOf(loan));
  if (!isNew) {
    return null;
  }
  if (!hasNothingToGain(loan, hongKongDay(operation.requestedAt))) {
    return { operation, loanId: loan.id };
  }
  await settleRefused(services, operation, 'NOTHING_TO_GAIN', patronId);
  return null;
}

const renewalOf = ({ id }: Loan) => ({ kind: 'RENEW_LOAN', reference: id, ...preparedFirst }) as const;

/** The loans of the operation and their renewals, in the order of the due dates before the renewal. */
export async function renewalsOf(services: LendingServices, parent: Operation): Promise<readonly Renewal[]> {
  if (parent.details === null) {
    return [];
  }
  return await Promise.all(
    details
      .parse(parent.details)
      .loans.map(async (loan) => ({ loan, operation: await findChild(services, parent, loan.id) })),
  );
}

/** The ids in the input that are not loans of the reader. */
export const unknownLoanIds = ({ details: stored }: Operation): readonly string[] =>
  stored === null ? [] : details.parse(stored).unknownIds;

/** Settles the operation, if all its children are settled. */
async function settleParent(services: LendingServices, parent: Operation): Promise<Operation> {
  const renewals = await renewalsOf(services, parent);
  const isSettled = renewals.every(({ operation }) => operation !== null && operation.state !== 'UNSETTLED');
  if (!isSettled) {
    return parent;
  }
  return (await services.journal.settle(parent.id, outcomeOf('DONE', {}))).operation;
}

/** Completes an operation whose process has stopped. Renewals that were never begun are refused. */
export async function completeRenewals(services: LendingServices, parent: Operation): Promise<Operation> {
  if (parent.details === null) {
    const result = toStoredResult({ problem: 'SYSTEM_UNAVAILABLE' });
    // `sendBy: null` makes the refusal conditional. If the operation's process is alive after all and has got the
    // permission to send, the refusal has no effect.
    const refused = { ...outcomeOf('REFUSED', result), concludedFrom: { sendBy: null } };
    return (await services.journal.settle(parent.id, refused)).operation;
  }
  for (const { loan, operation } of await renewalsOf(services, parent)) {
    if (operation !== null) {
      continue;
    }
    const begun = await beginChild(services, parent, renewalOf(loan));
    if (begun.isNew) {
      await settleRefused(services, begun.operation, 'SYSTEM_UNAVAILABLE');
    }
  }
  return await settleParent(services, parent);
}
