import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Operation, Outcome } from '../../../store/journal/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import { type AboutPatron, beginOperation, type RequestedOperation } from '../../operations/ledger.ts';
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
  steps: (operation: Operation, about: AboutPatron) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  const { operation, isNew } = await beginOperation(lending, caller, requested);
  return isNew ? await runSteps(lending, operation, (about) => steps(operation, about)) : { operation };
}

/**
 * Runs the steps of an operation that has just been begun. Whose it is they say as soon as they know, so that staff find it by
 * that patron also where it is refused before it has a place.
 */
export async function runSteps(
  lending: LendingServices,
  operation: Operation,
  steps: (about: AboutPatron) => Promise<LendingPayload>,
): Promise<LendingPayload> {
  let known = operation;
  const about: AboutPatron = (patronId) => {
    known = { ...known, patronId: known.patronId ?? patronId };
  };
  try {
    return await steps(about);
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown !== null) {
      const { code, patronId, mayRetryAt, field } = thrown;
      const details = {
        ...(field !== null && { field }),
        ...(mayRetryAt !== null && { mayRetryAt }),
        ...(error instanceof AlreadyLent && resultOfAlreadyLent(error.loan)),
      };
      return { operation: await settleRefused(lending, known, code, patronId, details) };
    }
    if (error instanceof UpstreamError) {
      const problem = error.reason === 'unencodable' ? 'INVALID' : 'SYSTEM_UNAVAILABLE';
      return { operation: await settleRefused(lending, known, problem) };
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
  { place, patronId: aboutPatron }: Operation,
  problem: ProblemCode,
  patronId: string | null = place?.patronId ?? null,
  details: LendingResult = {},
): Outcome {
  const result = toStoredResult({ problem, ...(patronId !== null && { patronId }), ...details });
  return { state: 'REFUSED', result, patronId: aboutPatron ?? patronId };
}

/**
 * Gives leave to send a change that takes no place. Resolves to the moment until which it may be sent, by the monotonic clock;
 * or to the operation as it stands, where another process has given it up meanwhile.
 */
export async function allowSending(
  { journal, monotonic, times }: LendingServices,
  { id, details }: Operation,
  patronId: string,
): Promise<{ readonly sendBy: number } | { readonly settled: Operation | null }> {
  // Taken before the journal takes its own time, so that this one ends first.
  const sendBy = monotonic() + prepareAndSendMs;
  const leave = { arriveWithinMs: arriveWithinMs(times), patronId };
  const maySend = await journal.allowSending(id, details, prepareAndSendMs, leave);
  return maySend ? { sendBy } : { settled: await journal.findById(id) };
}

/** The times of a change that takes no place, and may be sent as soon as it has begun: until when it may be sent, and the times that the journal records. */
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
