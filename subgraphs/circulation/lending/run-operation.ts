import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Outcome } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import { beginOperation, type RequestedOperation } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type ProblemCode, problemThrown } from '../rules/problems.ts';
import { AlreadyLent, resultOfAlreadyLent } from './explain-refusal.ts';
import type { LendingServices } from './services.ts';
import { type LendingResult, toStoredResult } from './stored-result.ts';

/** What a lending mutation returns: the operation as it stands and, if it was done just now, the loan or hold it changed. */
export interface LendingPayload {
  readonly operation: Operation;
  readonly done?: LoanOrHold;
}

export type LoanOrHold = { readonly loan: Loan } | { readonly hold: Hold };

/**
 * Begins an operation and runs its `steps`, unless it has been begun before. A step that throws `OperationRefused`, or can't
 * reach a system, settles it as refused: nothing was done, because only `sendAndSettle` sends a change, and it handles the
 * failures from then on.
 */
export async function runOperation(
  lending: LendingServices,
  caller: Caller,
  requested: RequestedOperation,
  steps: (operation: Operation) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  const { operation, isNew } = await beginOperation(lending, caller, requested);
  return isNew ? await runSteps(lending, operation, () => steps(operation)) : { operation };
}

/** Runs the steps of an operation that has just been begun. */
export async function runSteps(
  lending: LendingServices,
  operation: Operation,
  steps: () => Promise<LendingPayload>,
): Promise<LendingPayload> {
  try {
    return await steps();
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown !== null) {
      const { code, patronId, mayRetryAt, field } = thrown;
      const details = {
        ...(field !== null && { field }),
        ...(mayRetryAt !== null && { mayRetryAt }),
        ...(error instanceof AlreadyLent && resultOfAlreadyLent(error.loan)),
      };
      return { operation: await settleRefused(lending, operation, code, patronId, details) };
    }
    if (error instanceof UpstreamError) {
      const problem = error.reason === 'unencodable' ? 'INVALID' : 'SYSTEM_UNAVAILABLE';
      return { operation: await settleRefused(lending, operation, problem) };
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
  { place }: Operation,
  problem: ProblemCode,
  patronId: string | null = place?.patronId ?? null,
  details: LendingResult = {},
): Outcome {
  const result = toStoredResult({ problem, ...(patronId !== null && { patronId }), ...details });
  return { state: 'REFUSED', result };
}

/** The times of a change that takes no place: until when it may be sent, and the times that the journal records. */
export function sendTimes({ monotonic, times }: LendingServices): {
  readonly sendBy: number;
  readonly sendWithinMs: number;
  readonly arriveWithinMs: number;
  readonly reconcileAfterMs: number;
} {
  const sendWithinMs = prepareAndSendMs;
  return {
    sendBy: monotonic() + sendWithinMs,
    sendWithinMs,
    arriveWithinMs: arriveWithinMs(times),
    reconcileAfterMs: sendWithinMs + times.callMs,
  };
}
