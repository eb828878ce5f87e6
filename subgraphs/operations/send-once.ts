import type {
  ChangeResult,
  Circulation,
  CirculationEventKind,
  CirculationRefusal,
  MaySend,
} from '../../adapters/circulation/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import type { Operation, Outcome, Settlement } from '../../store/journal/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import { type ChangeTimes, prepareAndSendMs, settlingMs } from './change-times.ts';
import type { OperationLedger } from './ledger.ts';
import type { ObservedOperation } from './reconciler.ts';

/**
 * A change that was sent is checked again after it is settled. Adds the delay before the first of these checks to the
 * change's outcome.
 */
export function withLaterCheck(outcome: Outcome, { laterChecks }: ChangeTimes): Outcome {
  const [reconcileAfterMs = null] = laterChecks[outcome.state === 'DONE' ? 'done' : 'refused'];
  return { ...outcome, reconcileAfterMs };
}

/** The longest delay until the first check of a refused change that keeps its reservation, in ms. */
const heldLookMs = 60_000;

/**
 * The outcome of a refused change that keeps its reservation of a loan or a hold. A proxy may still deliver its request
 * again. The change is checked again when no request can arrive any more. If circulation still shows no event, the
 * reservation ends.
 */
export function heldUntilCertain(
  refused: Outcome,
  { place, certainAfterMs }: Operation,
  times: ChangeTimes,
): Outcome {
  const checked = withLaterCheck(refused, times);
  if (place === null || certainAfterMs === null) {
    return checked;
  }
  const { reconcileAfterMs: checkedAfterMs } = checked;
  const reconcileAfterMs = Math.min(checkedAfterMs ?? certainAfterMs, certainAfterMs, heldLookMs);
  return { ...checked, reconcileAfterMs, holdsPlace: true };
}

/**
 * The services for changes in circulation. Circulation makes a change twice if its request is delivered twice, and
 * sometimes does not answer.
 */
export interface CirculationServices extends OperationLedger {
  readonly circulation: Circulation;
  readonly times: ChangeTimes;
  /** Milliseconds since any fixed moment. The value never decreases. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}

/** An operation whose change may be sent until `sendBy`, by this process's monotonic clock. */
export interface Sendable {
  readonly operation: Operation;
  readonly sendBy: number;
}

/**
 * Sends one request to circulation, with the operation's id as its reference. The signal never aborts, because a change
 * is not cancelled if the client disconnects.
 */
export type SendChange<Done> = (maySend: MaySend, signal: AbortSignal) => Promise<ChangeResult<Done>>;

export type SendOutcome<Done> =
  | { readonly kind: 'done'; readonly done: Done }
  /** The change was refused, and was not made. `refusal` is null if no reason is known. */
  | { readonly kind: 'refused'; readonly refusal: CirculationRefusal | null }
  /** No byte with the reference has left this process. */
  | { readonly kind: 'not sent' }
  /** The reconciler must find the outcome. */
  | { readonly kind: 'unknown' };

/**
 * Sends a change at most once.
 *
 * Nothing is sent after the process's own deadline, `sendBy` by its monotonic clock. The deadline in the journal is
 * later. After that one, other processes assume that nothing more is sent. The clock is read just before the first byte
 * leaves. So a process that was frozen until after its own deadline sends nothing when it resumes.
 *
 * A proxy may deliver a request twice, and return only the second answer. So a refusal is believed only if circulation
 * then shows no event of this kind with the reference.
 *
 * | what happens | outcome |
 * |---|---|
 * | circulation lends the item and says so | `done` |
 * | it refuses, and shows no event with the reference | `refused` |
 * | the request is delivered twice: circulation lends the item, and then refuses it; the event shows | `unknown` |
 * | the answer is lost | `unknown` |
 * | the process was frozen until after `sendBy`, or no connection opened | `not sent` |
 *
 * @throws UpstreamError `unencodable` if a value has no form in circulation's contract, so that it can never be sent.
 */
export function sendOnce<Done extends object>(
  services: CirculationServices,
  sendable: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<Done>,
): Promise<SendOutcome<Done>> {
  return send(services, sendable, kind, ask, false);
}

/**
 * Sends another request after `sendOnce` has resolved to `refused`. Circulation has shown no event, so nothing is done
 * twice. The first request was sent, so the outcome is never `not sent`.
 */
export function sendAgain<Done extends object>(
  services: CirculationServices,
  sendable: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<Done>,
): Promise<SendOutcome<Done>> {
  return send(services, sendable, kind, ask, true);
}

/**
 * Sends a request, and finds its outcome.
 * @param wasSent whether an earlier request with this reference was sent
 */
async function send<Done extends object>(
  services: CirculationServices,
  { operation: { id }, sendBy }: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<Done>,
  wasSent: boolean,
): Promise<SendOutcome<Done>> {
  let hasDeparted = wasSent;
  const maySend = (): boolean => {
    const isInTime = services.monotonic() < sendBy;
    hasDeparted ||= isInTime;
    return isInTime;
  };
  const { signal } = new AbortController();
  let refusal: CirculationRefusal | null = null;
  try {
    const change = await ask(maySend, signal);
    if (!('refused' in change)) {
      return { kind: 'done', done: change };
    }
    refusal = change.refused;
  } catch (error) {
    // Another attempt could not be encoded, either.
    if (!(error instanceof UpstreamError) || error.reason === 'unencodable') {
      throw error;
    }
    if (error.reason === 'outcome-unknown') {
      return { kind: 'unknown' };
    }
    if (!hasDeparted) {
      return { kind: 'not sent' };
    }
  }
  return hasDeparted && (await mayHaveEvent(services, id, kind, signal))
    ? { kind: 'unknown' }
    : { kind: 'refused', refusal };
}

/** Whether circulation may have an event of the change. Also true if circulation can't be reached. */
async function mayHaveEvent(
  services: CirculationServices,
  id: string,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const isEventThere = await hasEvent(services, id, kind, signal);
    if (isEventThere) {
      services.log.warn({ reference: id }, 'circulation refused what it had done: delivered twice?');
    }
    return isEventThere;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return true;
    }
    throw error;
  }
}

/**
 * Whether circulation shows an event of this kind with the reference.
 * @throws UpstreamError if circulation can't be read.
 */
export async function hasEvent(
  { circulation }: CirculationServices,
  id: string,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<boolean> {
  const events = await circulation.eventsByReference(id, signal);
  return events.some((event) => event.kind === kind);
}

/**
 * Whether so much time has passed that a change without an event was certainly not made, and never will be. In this
 * time, everything that was sent has arrived, and circulation has done or dropped it.
 *
 * The journal stores `certainAfterMs` with the operation. So `dropAfterMs` in this process's configuration does not
 * matter. This process's monotonic clock must have seen that time pass, because a database's clock may be set forward.
 */
export function isCertain(
  { operation: { sendBy, certainAfterMs }, observedMs }: Pick<ObservedOperation, 'operation' | 'observedMs'>,
  times: ChangeTimes,
): boolean {
  // Operations of older releases have no `certainAfterMs`.
  return sendBy === null || observedMs > (certainAfterMs ?? prepareAndSendMs + settlingMs(times));
}

/** The operation in its present state. Logs an alarm if it was settled as refused, but was done. */
export function alarmed({ operation, overturnsRefusal }: Settlement, log: ErrorLog): Operation {
  if (overturnsRefusal) {
    log.error(
      { operation: operation.id, kind: operation.kind },
      'ALARM: an operation that was settled as refused was done after all: its request was delivered twice, or too late',
    );
  }
  return operation;
}
