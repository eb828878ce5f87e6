import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Operation, Outcome } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import { beginOperation, type RequestedOperation } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type ProblemCode, problemThrown } from '../rules/problems.ts';
import type { Result } from './result.ts';
import type { LendingServices } from './services.ts';

/** An operation as it stands and, where it was done just now, the loan or the hold that it made or ended. */
export interface Performed {
  readonly operation: Operation;
  readonly done?: Done;
}

export type Done = { readonly loan: Loan } | { readonly hold: Hold };

/**
 * Begins an operation and goes through its `steps`, unless it has been begun before. A step that throws a `OperationRefused`, or
 * can't reach a system, ends it as refused: until something is sent, and `send` sees to what happens then, nothing was done.
 */
export async function perform(
  lending: LendingServices,
  caller: Caller,
  requested: RequestedOperation,
  steps: (operation: Operation) => Promise<Performed>,
): Promise<Performed> {
  const { operation, isNew } = await beginOperation(lending, caller, requested);
  return isNew ? await goThrough(lending, operation, () => steps(operation)) : { operation };
}

/** The same for an operation that has just been begun. */
export async function goThrough(
  lending: LendingServices,
  operation: Operation,
  steps: () => Promise<Performed>,
): Promise<Performed> {
  try {
    return await steps();
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown !== null) {
      const { code, patronId, mayRetryAt } = thrown;
      const also = mayRetryAt === null ? {} : { mayRetryAt };
      return { operation: await refuse(lending, operation, code, patronId, also) };
    }
    if (error instanceof UpstreamError) {
      return { operation: await refuse(lending, operation, 'SYSTEM_UNAVAILABLE') };
    }
    throw error;
  }
}

/** Settles an operation of which nothing was done. */
export async function refuse(
  { journal }: LendingServices,
  operation: Operation,
  problem: ProblemCode,
  whose?: string | null,
  also?: Result,
): Promise<Operation> {
  return (await journal.settle(operation.id, refusalOf(operation, problem, whose, also))).operation;
}

/** An outcome that tells the problem, and whose operation it was where that is known. */
export function refusalOf(
  { place }: Operation,
  problem: ProblemCode,
  whose: string | null = place?.patronId ?? null,
  also: Result = {},
): Outcome {
  const result: Result = { problem, ...(whose !== null && { patronId: whose }), ...also };
  return { state: 'REFUSED', result };
}

/** For a change that takes no place: what it may take from the beginning until it is sent, and what the journal is told of it. */
export function sendingOf({ monotonic, times }: LendingServices): {
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
