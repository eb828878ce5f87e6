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
import { type ChangeTimes, settlingMs } from './change-times.ts';
import type { OperationLedger } from './ledger.ts';
import type { ObservedOperation } from './reconciler.ts';

/** The outcome of a change that was sent: with the delay to the first of its later checks. */
export function withLaterCheck(outcome: Outcome, { laterChecks }: ChangeTimes): Outcome {
  const [reconcileAfterMs = null] = laterChecks[outcome.state === 'DONE' ? 'done' : 'refused'];
  return { ...outcome, reconcileAfterMs };
}

/** The services for changes in circulation. It does a change again when asked again, and sometimes gives no answer. */
export interface CirculationServices extends OperationLedger {
  readonly circulation: Circulation;
  readonly times: ChangeTimes;
  /** Milliseconds since any fixed moment. It never goes back. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}

/** An operation whose change may be sent until `sendBy`, by this process's monotonic clock. */
export interface Sendable {
  readonly operation: Operation;
  readonly sendBy: number;
}

/**
 * Sends one request to circulation, with the operation's id as its reference. The signal never aborts: a client that leaves
 * does not cancel a change.
 */
export type SendChange<Done> = (maySend: MaySend, signal: AbortSignal) => Promise<ChangeResult<Done>>;

/** What came of a request. */
export type SendOutcome<Done> =
  | { readonly kind: 'done'; readonly done: Done }
  /** Circulation answered, and shows no event under the reference. `refusal` is null where the answer gave no reason. */
  | { readonly kind: 'refused'; readonly refusal: CirculationRefusal | null }
  /** No byte has left this process under the reference. */
  | { readonly kind: 'not sent' }
  /** The reconciler must find out. */
  | { readonly kind: 'unknown' };

/**
 * Sends a change at most once.
 *
 * Nothing is sent after `sendBy`, which is by this process's monotonic clock and lies before the journal's own `sendBy`:
 * after that, other processes may have concluded that nothing was sent. The clock is read just before the first byte leaves,
 * so a process that was frozen until then sends nothing when it wakes.
 *
 * A proxy may deliver one request twice and pass on the second answer only. So a refusal is believed only after circulation
 * shows no event of that kind under the reference.
 *
 * | what happens | outcome |
 * |---|---|
 * | circulation lends the item and says so | `done` |
 * | it refuses, and shows no event under the reference | `refused` |
 * | delivered twice: lends the item, then refuses it as *on loan*; the event shows | `unknown` |
 * | the answer is lost | `unknown` |
 * | the process froze past `sendBy`, or no connection opened | `not sent` |
 *
 * @throws UpstreamError `unencodable` for what has no form in circulation's contract, and so can never be sent.
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
 * Sends another request under the reference of a change that `sendOnce` has resolved to `refused`: circulation has shown no
 * event, so nothing is done twice. The first request has left, so the outcome is never `not sent`.
 */
export function sendAgain<Done extends object>(
  services: CirculationServices,
  sendable: Sendable,
  kind: CirculationEventKind,
  ask: SendChange<Done>,
): Promise<SendOutcome<Done>> {
  return send(services, sendable, kind, ask, true);
}

/** `wasSent`: whether a request has left under the reference before. */
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
    // Another attempt could not be encoded either.
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

/** True also where circulation can't be asked. */
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
 * Whether circulation shows an event of that kind under the reference.
 * @throws UpstreamError where circulation can't be asked.
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
 * Whether an absent event now proves that nothing was done, and never will be: everything that was sent has arrived and been
 * done or dropped by circulation. Decided by the moment that the journal keeps with the operation, whatever drop time this
 * process was configured with. This process's monotonic clock must have seen the same time pass, because a database's clock
 * may be put forward.
 */
export function isCertain(
  { operation, now, observedSinceMs }: ObservedOperation,
  times: ChangeTimes,
): boolean {
  const { sendBy, certainAt, certainAfterMs } = operation;
  if (sendBy === null) {
    return true;
  }
  // Operations of older versions have no such moment.
  const afterMs = certainAfterMs ?? settlingMs(times);
  const atMs = certainAt?.getTime() ?? sendBy.getTime() + afterMs;
  return now.getTime() > atMs && observedSinceMs(new Date(atMs - afterMs)) > afterMs;
}

/** The operation as it stands. Logs an alarm where it had been settled as refused, and was done after all. */
export function alarmed({ operation, overturnsRefusal }: Settlement, log: ErrorLog): Operation {
  if (overturnsRefusal) {
    log.error(
      { operation: operation.id, kind: operation.kind },
      'ALARM: an operation that was settled as refused was done after all: its request was delivered twice, or too late',
    );
  }
  return operation;
}
