import { z } from 'zod';
import type { Loan } from '../../adapters/circulation/port.ts';
import type { Operation } from '../../adapters/journal/port.ts';
import type { Caller } from '../caller.ts';
import { beginPart, findPart } from '../operations.ts';
import { type Lending, prepareAndSendMs, preparingMs } from './lending.ts';
import { type Performed, perform, refuse, sendingOf } from './perform.ts';
import { type ReaderPresented, readerPresented, requireReader } from './reader.ts';
import { sendRenewal } from './renew.ts';
import type { Result } from './result.ts';
import { readLoans } from './standing.ts';

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
 * within this one, which is done when they are settled (R24).
 */
export function renewAllLoans(
  lending: Lending,
  caller: Caller,
  input: RenewAllLoansInput,
  signal: AbortSignal,
): Promise<Performed> {
  requireReader(caller, input.reader);
  const requested = { kind: 'RENEW_ALL_LOANS', input, sendWithinMs: null, lookAfterMs: preparingMs };
  return perform(lending, caller, requested, async (operation) => {
    const patronId = await readerPresented(lending, caller, input.reader, signal);
    const wanted = dueSoonest((await readLoans(lending, patronId, signal)).rows);
    const details = wanted.map((loan) => ({
      ...loan,
      title: [...loan.title].slice(0, longestTitle).join(''),
    }));
    // From here on whoever looks after it knows its parts; and nobody renews for one that was given up meanwhile.
    if (!(await lending.journal.arm(operation.id, details, prepareAndSendMs))) {
      return { operation: (await lending.journal.byId(operation.id)) ?? operation };
    }
    await Promise.all(wanted.map((loan) => renewPart(lending, operation, patronId, loan)));
    return { operation: await settleWhole(lending, { ...operation, details }) };
  });
}

/** All of them, as they were read, unless there are too many. */
function dueSoonest(loans: readonly Loan[]): readonly Loan[] {
  if (loans.length <= mostLoans) return loans;
  return loans.toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0)).slice(0, mostLoans);
}

async function renewPart(lending: Lending, whole: Operation, patronId: string, loan: Loan): Promise<void> {
  const { sendBy, ...sending } = sendingOf(lending);
  const begun = await beginPart(lending, whole, { kind: 'RENEW_LOAN', reference: loan.id, ...sending });
  if (begun.isNew) await sendRenewal(lending, begun.operation, sendBy, patronId, loan);
}

/** Same order as the loans were read. */
export async function renewalsOf(lending: Lending, whole: Operation): Promise<readonly Renewal[]> {
  if (whole.details === null) return [];
  const of = loans.parse(whole.details);
  return await Promise.all(of.map(async (loan) => ({ loan, part: await findPart(lending, whole, loan.id) })));
}

/** Settles the whole once all its parts are; until then it is unsettled. */
async function settleWhole(lending: Lending, whole: Operation): Promise<Operation> {
  const renewals = await renewalsOf(lending, whole);
  const isSettled = renewals.every(({ part }) => part !== null && part.state !== 'UNSETTLED');
  if (!isSettled) return whole;
  return (await lending.journal.settle(whole.id, { state: 'DONE', result: {} })).operation;
}

/** Goes on with a whole whose process is gone: parts that were never begun are not done, and never will be. */
export async function completeWhole(lending: Lending, whole: Operation): Promise<Operation> {
  if (whole.details === null) {
    const result: Result = { problem: 'SYSTEM_UNAVAILABLE' };
    // Unless its process has woken up.
    return (await lending.journal.settle(whole.id, { state: 'REFUSED', result, sendBy: null })).operation;
  }
  for (const { loan, part } of await renewalsOf(lending, whole)) {
    if (part !== null) continue;
    const never = { kind: 'RENEW_LOAN', reference: loan.id, sendWithinMs: null, lookAfterMs: preparingMs };
    const begun = await beginPart(lending, whole, never);
    if (begun.isNew) await refuse(lending, begun.operation, 'SYSTEM_UNAVAILABLE');
  }
  return await settleWhole(lending, whole);
}
