import { UpstreamError } from '../../../adapters/soap/port.ts';
import {
  type ChangeAudit,
  type Json,
  type Operation,
  type Outcome,
  outcomeOf,
} from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import type { Caller } from '../../runtime/caller.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import { arriveWithinMs, type ChangeTimes } from '../change-times.ts';
import type { OperationLedger } from '../ledger.ts';
import { OperationRefused } from '../operation-refused.ts';
import type { Problem } from '../problem.ts';
import { unavailable, unencodable } from '../procedure.ts';
import { reconcileAgainMs, reconcileSoonMs } from '../reconcile-change.ts';
import type { Reconcile } from '../reconciler.ts';
import { alarmed, isCertain } from '../send-once.ts';
import { requireLastingSignIn } from '../sign-ins/require-lasting-sign-in.ts';
import { beginAdopted } from './begin-adopted.ts';

/** The system's answer: the record after the change, or the problem because of which nothing was done. */
export type ChangeAnswer = { readonly done: Json } | { readonly problem: Problem };

/**
 * A change that is one call to a system. The system stores our reference with the change, and finds the change by it.
 * Unlike a loan or a hold in circulation, it does not count towards a patron's limit. Unlike a procedure, it has no
 * steps. `npm run adopt` generates such changes.
 */
export interface SingleChange<System, Request extends object> {
  /** The kind of this change's operations. It begins with the system's id, as in `ROOMS_BOOK_ROOM`. */
  readonly kind: string;
  /** The longest time for which the system may keep a request before it carries it out or drops it, in ms. */
  readonly dropAfterMs: number;
  /** The patron of the change. Null if the change is about no patron. */
  patronOf(request: Request): string | null;
  /** Sends the change once. Rejects only with an `UpstreamError`. */
  send(
    system: System,
    reference: string,
    request: Request,
    maySend: () => boolean,
    signal: AbortSignal,
  ): Promise<ChangeAnswer>;
  /** The record that was made under the reference. Null if there is none (yet). */
  find(system: System, reference: string, signal: AbortSignal): Promise<Json | null>;
}

export interface SingleChangeServices extends OperationLedger {
  readonly changes: Pick<ChangeAudit, 'lastChangesOf'>;
  readonly times: ChangeTimes;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}

/**
 * Makes a change at most once. It is recorded before it is sent, under the caller's reference, and never sent again. If
 * its answer is lost, or the process dies, `reconcileSingleChange` finds the outcome.
 *
 * | what happens | state |
 * |---|---|
 * | the system makes the change and says so | `DONE` |
 * | the system refuses it, and finds nothing under the reference | `REFUSED` |
 * | nothing could be sent within two seconds | `REFUSED` |
 * | the answer is lost; the system finds the change under the reference | `UNSETTLED`, then `DONE` |
 * | the answer is lost; after the drop time the system finds nothing | `UNSETTLED`, then `REFUSED` |
 *
 * @throws GraphQLError as `beginOperation` does; StoreUnavailable
 */
export async function startSingleChange<System, Request extends object>(
  services: SingleChangeServices,
  system: System,
  change: SingleChange<System, Request>,
  caller: Caller,
  reference: string,
  request: Request,
): Promise<Operation> {
  const sendBy = services.monotonic() + services.times.sendWithinMs;
  const { operation, isNew } = await begin(services, change, caller, reference, request);
  if (!isNew) {
    return operation;
  }
  const outcome = await carryOut(services, system, change, caller, operation, request, sendBy);
  try {
    if (outcome !== null) {
      return alarmed(await services.journal.settle(operation.id, outcome), services.log);
    }
    await services.journal.reconcileAgain(operation.id, reconcileSoonMs);
  } catch (error) {
    // If the journal could not store the outcome, the operation stays unsettled. The reconciler then finds the outcome.
    if (!(error instanceof StoreUnavailable)) {
      throw error;
    }
    services.log.error({ operation: operation.id }, 'an outcome could not be written down');
  }
  return operation;
}

function begin<System, Request extends object>(
  services: SingleChangeServices,
  change: SingleChange<System, Request>,
  caller: Caller,
  reference: string,
  request: Request,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const { sendWithinMs, callMs } = services.times;
  return beginAdopted(services, change.kind, caller, {
    reference,
    request,
    details: null,
    patronId: change.patronOf(request),
    sendWithinMs,
    arriveWithinMs: arriveWithinMs(services.times) + change.dropAfterMs,
    // The reconciler waits until this process has received the system's answer, or has died.
    reconcileAfterMs: sendWithinMs + callMs,
  });
}

/** Sends the change. Resolves to its outcome, or to null if the outcome is not known. */
async function carryOut<System, Request extends object>(
  { changes, monotonic, log }: SingleChangeServices,
  system: System,
  change: SingleChange<System, Request>,
  { patronId, signedInAt, signInId }: Caller,
  operation: Operation,
  request: Request,
  sendBy: number,
): Promise<Outcome | null> {
  const { id } = operation;
  let hasDeparted = false;
  const maySend = (): boolean => {
    const isInTime = monotonic() < sendBy;
    hasDeparted ||= isInTime;
    return isInTime;
  };
  // A change is not cancelled if the client disconnects.
  const { signal } = new AbortController();
  try {
    await requireLastingSignIn(changes, { callerPatronId: patronId, signedInAt, signInId });
    const answer = await change.send(system, id, request, maySend, signal);
    if ('done' in answer) {
      return outcomeOf('DONE', answer.done);
    }
    // A proxy may have delivered the request twice, and returned only the second answer. So look whether the first
    // delivery made the change.
    const found = hasDeparted ? await change.find(system, id, signal) : null;
    if (found === null) {
      return hasDeparted ? checkedLater(operation, refusedFor(answer.problem)) : refusedFor(answer.problem);
    }
    log.warn({ reference: id }, `${change.kind} was refused, and is done: delivered twice?`);
    return outcomeOf('DONE', found);
  } catch (error) {
    if (error instanceof OperationRefused) {
      return refusedFor(...error.problems);
    }
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
    if (error.reason === 'unencodable') {
      return refusedFor(unencodable);
    }
    if (error.reason === 'outcome-unknown') {
      return null;
    }
    return hasDeparted ? checkedLater(operation, refusedFor(unavailable)) : refusedFor(unavailable);
  }
}

/**
 * A proxy may deliver a refused request again. The change is looked up once more as soon as no request can arrive any
 * more.
 */
const checkedLater = ({ certainAfterMs }: Operation, refused: Outcome): Outcome => ({
  ...refused,
  reconcileAfterMs: certainAfterMs,
});

const refusedFor = (...problems: readonly Problem[]): Outcome =>
  outcomeOf('REFUSED', { problems: problems.map(({ code, message, field }) => ({ code, message, field })) });

/**
 * Reconciles the operations of a change. Looks the change up in the system by the operation's id. While the system
 * finds nothing, and a request may still be on its way, the operation stays unsettled. It is refused once no request
 * can arrive. A change that the system refused at once is also looked up. If it was made after all, an alarm is raised.
 */
export function reconcileSingleChange<System, Request extends object>(
  services: SingleChangeServices,
  system: System,
  change: SingleChange<System, Request>,
): Reconcile {
  return async (due, signal) => {
    const { journal, times, log } = services;
    const { operation } = due;
    const found = await change.find(system, operation.id, signal);
    if (found !== null) {
      alarmed(await journal.settle(operation.id, outcomeOf('DONE', found)), log);
      return null;
    }
    if (!isCertain(due, times)) {
      return reconcileAgainMs;
    }
    if (operation.state !== 'UNSETTLED') {
      return null;
    }
    const refused = { ...refusedFor(unavailable), concludedFrom: operation };
    const { operation: settled } = await journal.settle(operation.id, refused);
    return settled.state === 'UNSETTLED' ? reconcileAgainMs : null;
  };
}
