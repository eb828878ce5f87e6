import type {
  ChangeResult,
  Circulation,
  CirculationEventKind,
  CirculationRefusal,
  MaySend,
} from '../../adapters/circulation/port.ts';
import type { Operation, Outcome, Settlement } from '../../adapters/journal/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import { type ChangeTimes, settlingMs } from './change-times.ts';
import type { OperationLedger } from './ledger.ts';
import type { ObservedOperation } from './reconciler.ts';

/** The outcome of a change that was sent, and will be looked at again. */
export function withLaterCheck(outcome: Outcome, { laterChecks }: ChangeTimes): Outcome {
  const [reconcileAfterMs] = laterChecks[outcome.state === 'DONE' ? 'done' : 'refused'];
  return reconcileAfterMs === undefined ? outcome : { ...outcome, reconcileAfterMs };
}

/** What it takes to change something in circulation, which is neither idempotent nor always heard of again. */
export interface CirculationServices extends OperationLedger {
  readonly circulation: Circulation;
  readonly times: ChangeTimes;
  /** Milliseconds from any fixed moment, and never back. */
  readonly monotonic: () => number;
  readonly log: ErrorLog;
}

/** Asks circulation for a change, under an operation's own id; `maySend` and a signal that no client aborts go along. */
export type SendChange<Done> = (maySend: MaySend, signal: AbortSignal) => Promise<ChangeResult<Done>>;

/** What came of asking for a change once. */
export type SendOutcome<Done> =
  | { readonly kind: 'done'; readonly done: Done }
  /** It was answered, and nothing was done under its reference. `refused`: null where the answer says nothing of the change. */
  | { readonly kind: 'refused'; readonly refused: CirculationRefusal | null }
  /** Nothing has left this process. */
  | { readonly kind: 'not sent' }
  /** To be found out. */
  | { readonly kind: 'unknown' };

/**
 * Asks once. `sendBy`, by the monotonic clock, lies before the journal's own `sendBy`: past it nothing is sent, for others
 * may have concluded that nothing was. Looked at as the first byte is about to leave, so that a process that was frozen
 * meanwhile sends nothing when it wakes. Rejects with an `UpstreamError`, `unencodable`, for what can never be sent.
 *
 * A proxy may deliver one request twice, and hand on the second answer: *not available*, say, because of our own first
 * delivery. So no answer but *done* is believed before circulation shows no event of that kind under the reference.
 */
export async function sendOnce<Done extends object>(
  services: CirculationServices,
  { id }: Operation,
  sendBy: number,
  kind: CirculationEventKind,
  ask: SendChange<Done>,
): Promise<SendOutcome<Done>> {
  let hasDeparted = false;
  const maySend = (): boolean => {
    const isInTime = services.monotonic() < sendBy;
    hasDeparted ||= isInTime;
    return isInTime;
  };
  const { signal } = new AbortController();
  let refused: CirculationRefusal | null = null;
  try {
    const change = await ask(maySend, signal);
    if (!('refused' in change)) {
      return { kind: 'done', done: change };
    }
    refused = change.refused;
  } catch (error) {
    // What can never be sent is not for another time.
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
    : { kind: 'refused', refused };
}

/** Whether circulation shows such an event under the reference, or can't be asked. */
async function mayHaveEvent(
  services: CirculationServices,
  id: string,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const hasLed = await hasEvent(services, id, kind, signal);
    if (hasLed) {
      services.log.warn({ reference: id }, 'circulation refused what it had done: delivered twice?');
    }
    return hasLed;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return true;
    }
    throw error;
  }
}

/** Whether circulation shows such an event under the reference. Rejects with an `UpstreamError` where it can't be asked. */
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
 * Whether what is asked of circulation from now on tells for certain: by the moment that was written down with the operation,
 * whatever this process has for the drop time; and by this process's own clock, so that a journal's clock which is put forward
 * decides nothing alone.
 */
export function isCertain(
  { operation, now, observedSinceMs }: ObservedOperation,
  times: ChangeTimes,
): boolean {
  const { sendBy, certainAt, certainAfterMs } = operation;
  if (sendBy === null) {
    return true;
  }
  // A program of before has written down no such moment.
  const afterMs = certainAfterMs ?? settlingMs(times);
  const atMs = certainAt?.getTime() ?? sendBy.getTime() + afterMs;
  return now.getTime() > atMs && observedSinceMs(new Date(atMs - afterMs)) > afterMs;
}

/** The operation as it stands; says so aloud where it had been told that it was not done. */
export function alarmed({ operation, overturnsRefusal }: Settlement, log: ErrorLog): Operation {
  if (overturnsRefusal) {
    log.error(
      { operation: operation.id, kind: operation.kind },
      'ALARM: an operation that was settled as refused was done after all: its request was delivered twice, or too late',
    );
  }
  return operation;
}
