import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Outcome } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import { beginOperation, type RequestedOperation } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type ProblemCode, problemThrown } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';
import type { LendingResult } from './stored-result.ts';

/** An operation as it stands and, where it was done just now, the loan or the hold that it made or ended. */
export interface LendingPayload {
  readonly operation: Operation;
  readonly done?: LoanOrHold;
}

export type LoanOrHold = { readonly loan: Loan } | { readonly hold: Hold };

/**
 * Begins an operation and goes through its `steps`, unless it has been begun before. A step that throws a `OperationRefused`, or
 * can't reach a system, ends it as refused: until something is sent, and `send` sees to what happens then, nothing was done.
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

/** The same for an operation that has just been begun. */
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
      const { code, patronId, mayRetryAt } = thrown;
      const also = mayRetryAt === null ? {} : { mayRetryAt };
      return { operation: await settleRefused(lending, operation, code, patronId, also) };
    }
    if (error instanceof UpstreamError) {
      return { operation: await settleRefused(lending, operation, 'SYSTEM_UNAVAILABLE') };
    }
    throw error;
  }
}

/** Settles an operation of which nothing was done. */
export async function settleRefused(
  { journal }: LendingServices,
  operation: Operation,
  problem: ProblemCode,
  whose?: string | null,
  also?: LendingResult,
): Promise<Operation> {
  return (await journal.settle(operation.id, refusedOutcome(operation, problem, whose, also))).operation;
}

/** An outcome that tells the problem, and whose operation it was where that is known. */
export function refusedOutcome(
  { place }: Operation,
  problem: ProblemCode,
  whose: string | null = place?.patronId ?? null,
  also: LendingResult = {},
): Outcome {
  const result: LendingResult = { problem, ...(whose !== null && { patronId: whose }), ...also };
  return { state: 'REFUSED', result };
}

/** For a change that takes no place: what it may take from the beginning until it is sent, and what the journal is told of it. */
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
