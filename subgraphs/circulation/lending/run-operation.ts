/**
 * Runs an operation of lending from its beginning until it is settled. If it ends before anything was sent, it is
 * settled as refused. Otherwise it is settled with the outcome of what was sent.
 */
import type {
  CirculationEventKind,
  CirculationRefusal,
  Hold,
  Loan,
} from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type Operation, type Outcome, outcomeOf } from '../../../store/journal/port.ts';
import { OperationLost, StoreUnavailable } from '../../../store/store-unavailable.ts';
import { beginOperation, OperationPatron, type RequestedOperation } from '../../operations/ledger.ts';
import { reconcileSoonMs } from '../../operations/reconcile-change.ts';
import {
  alarmed,
  heldUntilCertain,
  type Sendable,
  type SendChange,
  type SendOutcome,
  sendOnce,
  withLaterCheck,
} from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type ProblemCode, problemThrown } from '../rules/problems.ts';
import { problemOfAnswer } from '../rules/reasons.ts';
import { AlreadyLent, resultOfAlreadyLent } from './explain-refusal.ts';
import type { LoanSnapshot } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';
import { type LendingResult, toStoredResult } from './stored-result.ts';

/** The result of a lending mutation: the operation, and the changed loan or hold if this request made the change. */
export interface LendingPayload {
  readonly operation: Operation;
  readonly done: LoanOrHold | LoanMade | DoneWithin | null;
}

export type LoanOrHold = { readonly loan: Loan } | { readonly hold: Hold };

/** A new loan, and the patron's loans as they were read before it. */
export interface LoanMade {
  readonly loan: Loan;
  readonly before: LoanSnapshot<Loan>;
}

/** The results of child operations, such as the renewals of several loans. */
export interface DoneWithin {
  readonly children: readonly LendingPayload[];
}

/**
 * Begins an operation and runs its steps, as {@link runSteps} does. If the operation was begun before, no step runs.
 */
export async function runOperation(
  services: LendingServices,
  caller: Caller,
  requested: RequestedOperation,
  steps: (operation: Operation, patron: OperationPatron) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  const { operation, isNew } = await beginOperation(services, caller, requested);
  return isNew
    ? await runSteps(services, operation, (patron) => steps(operation, patron))
    : { operation, done: null };
}

/**
 * Runs the steps of an operation that has just been begun. If a step throws `OperationRefused` or `UpstreamError`, the
 * operation is settled as refused. That is safe: functions that send a change don't throw these errors, so nothing was
 * sent.
 */
export async function runSteps(
  services: LendingServices,
  operation: Operation,
  steps: (patron: OperationPatron) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  const patron = new OperationPatron(operation.patronId);
  try {
    return await steps(patron);
  } catch (error) {
    const refused = { ...operation, patronId: patron.id };
    const thrown = problemThrown(error);
    if (thrown !== null) {
      const { code, patronId, mayRetryAt, count, field } = thrown;
      const known = error instanceof AlreadyLent ? resultOfAlreadyLent(error.loan) : {};
      const details = {
        mayRetryAt: mayRetryAt ?? undefined,
        count: count ?? undefined,
        about: patron.about,
        ...known,
      };
      const outcome = refusedOutcome(refused, code, patronId, details, field ?? undefined);
      return { operation: (await services.journal.settle(operation.id, outcome)).operation, done: null };
    }
    if (error instanceof UpstreamError) {
      const problem = error.reason === 'unencodable' ? 'INVALID' : 'SYSTEM_UNAVAILABLE';
      return { operation: await settleRefused(services, refused, problem), done: null };
    }
    throw error;
  }
}

/** Settles an operation as refused. Must be called only if nothing was sent. */
export async function settleRefused(
  { journal }: LendingServices,
  operation: Operation,
  problem: ProblemCode,
  patronId?: string,
): Promise<Operation> {
  return (await journal.settle(operation.id, refusedOutcome(operation, problem, patronId))).operation;
}

/** The outcome of a refused operation: the problem and, if it is known, the patron. */
export function refusedOutcome(
  { place, patronId: knownPatronId }: Operation,
  problem: ProblemCode,
  patronId: string | null = place?.patronId ?? null,
  details: LendingResult = {},
  field?: readonly string[],
): Outcome {
  const result = toStoredResult({ problem, patronId: patronId ?? undefined, ...details }, field);
  return { ...outcomeOf('REFUSED', result), patronId: knownPatronId ?? patronId };
}

/** Sends the change of an operation that makes only one, and settles the operation with the answer. */
export async function sendAndSettle(
  services: LendingServices,
  sendable: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<LoanOrHold>,
): Promise<LendingPayload> {
  return await settle(services, sendable.operation, await sendOnce(services, sendable, kind, ask));
}

/**
 * Settles an operation with the outcome of its change. If the outcome is unknown, or the journal is unreachable, the
 * operation stays unsettled, and the reconciler finds the outcome.
 * @throws OperationLost if the journal has lost the operation, so that no reconciler can find the outcome
 * @param warned is added to the result if the change was made
 * @param explanation is added to the result of a refusal; its problem replaces the refusal's own
 */
export async function settle(
  services: LendingServices,
  operation: Operation,
  outcome: SendOutcome<LoanOrHold>,
  explanation: LendingResult = {},
  warned: LendingResult = {},
): Promise<LendingPayload> {
  try {
    return await settleWithOutcome(services, operation, outcome, explanation, warned);
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error instanceof OperationLost) {
      throw error;
    }
    services.log.error({ operation: operation.id }, 'an outcome could not be written down');
    return { operation, done: null };
  }
}

async function settleWithOutcome(
  services: LendingServices,
  operation: Operation,
  outcome: SendOutcome<LoanOrHold>,
  explanation: LendingResult,
  warned: LendingResult,
): Promise<LendingPayload> {
  const { journal, log, times } = services;
  switch (outcome.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return { operation, done: null };
    case 'not sent':
      return { operation: await settleRefused(services, operation, 'SYSTEM_UNAVAILABLE'), done: null };
    case 'refused': {
      const { problem = problemOfAnswer(operation.kind, outcome.refusal), ...details } = explanation;
      const refused = refusedOutcome(operation, problem, undefined, details);
      const settled = isRefusedAgain(outcome.refusal)
        ? withLaterCheck(refused, times)
        : heldUntilCertain(refused, operation, times);
      return { operation: (await journal.settle(operation.id, settled)).operation, done: null };
    }
    case 'done': {
      const result = { ...resultOfDone(operation, outcome.done), ...warned };
      const settlement = await journal.settle(operation.id, withLaterCheck(outcomeOf('DONE', result), times));
      return { operation: alarmed(settlement, log), done: outcome.done };
    }
    default:
      return outcome satisfies never;
  }
}

/**
 * Whether the same request would also be refused if it were delivered a second time. If so, the operation can release
 * its place at once. Otherwise it keeps the place until the refusal is certain.
 */
const isRefusedAgain = (refusal: CirculationRefusal | null): boolean =>
  refusal === 'ITEM_UNKNOWN' || refusal === 'TITLE_UNKNOWN' || refusal === 'ITEM_NOT_FOR_LOAN';

function resultOfDone({ kind, place }: Operation, done: LoanOrHold): LendingResult {
  const patron = place === null ? {} : { patronId: place.patronId };
  if ('hold' in done) {
    return { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
  }
  const { libraryCardNumber, id: loanId, dueOn } = done.loan;
  const ended = kind === 'CHECK_IN' ? { dueOn } : {};
  return { ...patron, libraryCardNumber, loanId, ...ended };
}
