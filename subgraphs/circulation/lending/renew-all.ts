import { z } from 'zod';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { prepareAndSendMs, prepareWithinMs } from '../../operations/change-times.ts';
import { beginPart, findPart } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import { dueOrder, hasNothingToGain } from '../rules/renewals.ts';
import { readLoans } from './loan-snapshot.ts';
import { identifyReader, type ReaderPresented, requireReaderAccess } from './reader.ts';
import { type LoanRenewal, lockRenewals, renewLocked } from './renew.ts';
import { type LendingPayload, runOperation, runSteps, settleRefused } from './run-operation.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

export interface RenewAllLoansInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
}

/**
 * Loans that are renewed at once: what is kept of them has room in the journal, and their calls in circulation's queue.
 * Ten are a patron's (R9), but desks may lend ten on each card.
 */
const mostLoans = 100;
/** Characters of a title that are kept. */
const longestTitle = 80;

/** What is kept of the loans that are to be renewed: enough to tell of one that has been returned since. */
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

/** One loan, and its own renewal; null where that was not begun. */
export interface Renewal {
  readonly loan: Loan;
  readonly part: Operation | null;
}

/**
 * Renews every loan of the reader's, of more than 100 those that are due soonest; each renewal is an operation of its own
 * within this one, which is done when they are settled (R24). Loans that would gain nothing are left alone (R23).
 */
export function renewAllLoans(
  lending: LendingServices,
  caller: Caller,
  input: RenewAllLoansInput,
  signal: AbortSignal,
): Promise<LendingPayload> {
  requireReaderAccess(caller, input.reader);
  const requested = { kind: 'RENEW_ALL_LOANS', input, sendWithinMs: null, reconcileAfterMs: prepareWithinMs };
  return runOperation(lending, caller, requested, async (operation) => {
    const patronId = await identifyReader(lending, caller, input.reader, signal);
    const wanted = dueSoonest((await readLoans(lending, patronId, signal)).rows);
    const details = wanted.map((loan) => ({
      ...loan,
      title: [...loan.title].slice(0, longestTitle).join(''),
    }));
    // From here on whoever looks after it knows its parts; and nobody renews for one that was given up meanwhile.
    if (!(await lending.journal.allowSending(operation.id, details, prepareAndSendMs))) {
      return { operation: (await lending.journal.findById(operation.id)) ?? operation };
    }
    await renewParts(lending, operation, patronId, wanted, signal);
    return { operation: await settleWhole(lending, { ...operation, details }) };
  });
}

/** All of them in the order in which they are due, unless there are too many. */
const dueSoonest = (loans: readonly Loan[]): readonly Loan[] =>
  loans.toSorted((a, b) => (dueOrder(a) < dueOrder(b) ? -1 : 1)).slice(0, mostLoans);

/**
 * Each part claims the renewal of its loan; then the loans are read again, all at once, for another may have renewed one of
 * them before it was claimed; and what still gains is renewed.
 */
async function renewParts(
  lending: LendingServices,
  whole: Operation,
  patronId: string,
  wanted: readonly Loan[],
  signal: AbortSignal,
): Promise<void> {
  const begun = await Promise.all(wanted.map((loan) => beginRenewal(lending, whole, patronId, loan)));
  const renewals = begun.filter((renewal) => renewal !== null);
  const claimed = await lockRenewals(lending, patronId, renewals);
  const reading = claimed.length === 0 ? null : readLoans(lending, patronId, signal);
  await Promise.all(
    renewals.map((renewal) =>
      runSteps(lending, renewal.operation, async () => {
        if (reading === null || !claimed.includes(renewal)) {
          throw refused('RENEWAL_PENDING', { patronId });
        }
        return await renewLocked(lending, patronId, renewal, (await reading).rows);
      }),
    ),
  );
}

/** Null where the loan would gain nothing, and where somebody else has begun the part. */
async function beginRenewal(
  lending: LendingServices,
  whole: Operation,
  patronId: string,
  loan: Loan,
): Promise<LoanRenewal | null> {
  const { operation, isNew } = await beginPart(lending, whole, renewalOf(loan));
  if (!isNew) {
    return null;
  }
  if (!hasNothingToGain(loan, hongKongDay(operation.requestedAt))) {
    return { operation, loanId: loan.id };
  }
  await settleRefused(lending, operation, 'NOTHING_TO_GAIN', patronId);
  return null;
}

const renewalOf = ({ id }: Loan) =>
  ({ kind: 'RENEW_LOAN', reference: id, sendWithinMs: null, reconcileAfterMs: prepareWithinMs }) as const;

/** Soonest due first, by the due dates before they were renewed. */
export async function renewalsOf(lending: LendingServices, whole: Operation): Promise<readonly Renewal[]> {
  if (whole.details === null) {
    return [];
  }
  const of = loans.parse(whole.details);
  return await Promise.all(of.map(async (loan) => ({ loan, part: await findPart(lending, whole, loan.id) })));
}

/** Settles the whole once all its parts are; until then it is unsettled. */
async function settleWhole(lending: LendingServices, whole: Operation): Promise<Operation> {
  const renewals = await renewalsOf(lending, whole);
  const isSettled = renewals.every(({ part }) => part !== null && part.state !== 'UNSETTLED');
  if (!isSettled) {
    return whole;
  }
  return (await lending.journal.settle(whole.id, { state: 'DONE', result: {} })).operation;
}

/** Goes on with a whole whose process is gone: parts that were never begun are not done, and never will be. */
export async function completeWhole(lending: LendingServices, whole: Operation): Promise<Operation> {
  if (whole.details === null) {
    const result: LendingResult = { problem: 'SYSTEM_UNAVAILABLE' };
    // Unless its process has woken up.
    return (await lending.journal.settle(whole.id, { state: 'REFUSED', result, sendBy: null })).operation;
  }
  for (const { loan, part } of await renewalsOf(lending, whole)) {
    if (part !== null) {
      continue;
    }
    const begun = await beginPart(lending, whole, renewalOf(loan));
    if (begun.isNew) {
      await settleRefused(lending, begun.operation, 'SYSTEM_UNAVAILABLE');
    }
  }
  return await settleWhole(lending, whole);
}
