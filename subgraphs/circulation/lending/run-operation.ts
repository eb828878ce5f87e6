/**
 * How an operation of lending begins, and how it is settled: as refused before anything was sent, or with the outcome of its
 * change.
 */
import type { CirculationEventKind, Hold, Loan } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Operation, Outcome } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { beginOperation, OperationPatron, type RequestedOperation } from '../../operations/ledger.ts';
import { reconcileSoonMs } from '../../operations/reconcile-change.ts';
import {
  alarmed,
  type Sendable,
  type SendChange,
  type SendOutcome,
  sendOnce,
  withLaterCheck,
} from '../../operations/send-once.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type ProblemCode, problemOfAnswer, problemThrown } from '../rules/problems.ts';
import { AlreadyLent, resultOfAlreadyLent } from './explain-refusal.ts';
import type { LendingServices } from './services.ts';
import { type LendingResult, toStoredResult } from './stored-result.ts';

/** What a lending mutation returns: the operation as it stands and, if it was done just now, the loan or hold it changed. */
export interface LendingPayload {
  readonly operation: Operation;
  readonly done?: LoanOrHold;
}

export type LoanOrHold = { readonly loan: Loan } | { readonly hold: Hold };

/** Begins an operation and runs its steps as {@link runSteps} does, unless it has been begun before. */
export async function runOperation(
  services: LendingServices,
  caller: Caller,
  requested: RequestedOperation,
  steps: (operation: Operation, patron: OperationPatron) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  const { operation, isNew } = await beginOperation(services, caller, requested);
  return isNew ? await runSteps(services, operation, (patron) => steps(operation, patron)) : { operation };
}

/**
 * Runs the steps of an operation that has just been begun. A step that throws `OperationRefused`, or can't reach a system,
 * settles it as refused. Nothing was sent by then: what sends and settles a change does not throw these.
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
      const { code, patronId, mayRetryAt, field } = thrown;
      const details = {
        ...(field !== null && { field }),
        ...(mayRetryAt !== null && { mayRetryAt }),
        ...(error instanceof AlreadyLent && resultOfAlreadyLent(error.loan)),
      };
      return { operation: await settleRefused(services, refused, code, patronId, details) };
    }
    if (error instanceof UpstreamError) {
      const problem = error.reason === 'unencodable' ? 'INVALID' : 'SYSTEM_UNAVAILABLE';
      return { operation: await settleRefused(services, refused, problem) };
    }
    throw error;
  }
}

/** Settles as refused an operation for which nothing was sent. */
export async function settleRefused(
  { journal }: LendingServices,
  operation: Operation,
  problem: ProblemCode,
  patronId?: string | null,
  details?: LendingResult,
): Promise<Operation> {
  return (await journal.settle(operation.id, refusedOutcome(operation, problem, patronId, details)))
    .operation;
}

/** The outcome of a refused operation: its problem, and its patron where that is known. */
export function refusedOutcome(
  { place, patronId: knownPatronId }: Operation,
  problem: ProblemCode,
  patronId: string | null = place?.patronId ?? null,
  details: LendingResult = {},
): Outcome {
  const result = toStoredResult({ problem, ...(patronId !== null && { patronId }), ...details });
  return { state: 'REFUSED', result, patronId: knownPatronId ?? patronId };
}

/** Sends the one change of an operation, and settles the operation with the answer. */
export async function sendAndSettle(
  services: LendingServices,
  sendable: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<LoanOrHold>,
): Promise<LendingPayload> {
  return await settle(services, sendable.operation, await sendOnce(services, sendable, kind, ask));
}

/**
 * Settles an operation with the outcome of its change. If that is unknown, or the journal is away, the operation stays
 * unsettled, and the reconciler finds out. `explanation` adds to the result of a refusal, or replaces its problem.
 */
export async function settle(
  services: LendingServices,
  operation: Operation,
  outcome: SendOutcome<LoanOrHold>,
  explanation: LendingResult = {},
): Promise<LendingPayload> {
  try {
    return await settleWithOutcome(services, operation, outcome, explanation);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) {
      throw error;
    }
    services.log.error({ operation: operation.id }, 'an outcome could not be written down');
    return { operation };
  }
}

async function settleWithOutcome(
  services: LendingServices,
  operation: Operation,
  outcome: SendOutcome<LoanOrHold>,
  explanation: LendingResult,
): Promise<LendingPayload> {
  const { journal, log, times } = services;
  switch (outcome.kind) {
    case 'unknown':
      await journal.reconcileAgain(operation.id, reconcileSoonMs);
      return { operation };
    case 'not sent':
      return { operation: await settleRefused(services, operation, 'SYSTEM_UNAVAILABLE') };
    case 'refused': {
      const { problem = problemOfAnswer(outcome.refusal), ...details } = explanation;
      const refused = withLaterCheck(refusedOutcome(operation, problem, undefined, details), times);
      return { operation: (await journal.settle(operation.id, refused)).operation };
    }
    case 'done': {
      const result = resultOfDone(operation, outcome.done);
      const settlement = await journal.settle(operation.id, withLaterCheck({ state: 'DONE', result }, times));
      return { operation: alarmed(settlement, log), done: outcome.done };
    }
    default:
      return outcome satisfies never;
  }
}

function resultOfDone({ place }: Operation, done: LoanOrHold): LendingResult {
  const patron = place === null ? {} : { patronId: place.patronId };
  return 'loan' in done
    ? { ...patron, libraryCardNumber: done.loan.libraryCardNumber, loanId: done.loan.id }
    : { ...patron, libraryCardNumber: done.hold.libraryCardNumber, holdId: done.hold.id };
}
