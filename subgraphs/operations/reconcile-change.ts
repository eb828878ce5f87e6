import type { CirculationEvent, CirculationEventKind } from '../../adapters/circulation/port.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import {
  type DueOperation,
  type Json,
  type Operation,
  outcomeOf,
  type Settlement,
} from '../../store/journal/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import type { LaterChecks } from '../runtime/operations-config.ts';
import type { ChangeTimes } from './change-times.ts';
import type { Reconcile } from './reconciler.ts';
import { alarmed, type CirculationServices, isCertain, withLaterCheck } from './send-once.ts';

/** Delay before the first reconciliation of an unanswered change, in ms. */
export const reconcileSoonMs = 300;
/** Delay between two reconciliations of an unanswered change, in ms. */
export const reconcileAgainMs = 2_000;

/** A kind of change: the event that circulation records for it, and the result to store for each outcome. */
export interface ReconcilableChange {
  readonly event: CirculationEventKind;
  readonly done: (operation: Operation, event: CirculationEvent) => Json;
  readonly notDone: (operation: Operation) => Json;
}

/**
 * Reconciles operations of a single change. An operation is done if circulation shows its event. It is refused when it
 * is certain that there will be no event. Settled operations are checked again later, because a proxy may deliver a
 * request late or twice.
 *
 * Example: a check-out reserved one of the patron's loans at 12:00:00, was sent, and got no answer. So it is
 * `UNSETTLED`. If circulation shows its `CHECKED_OUT` event a second later, the operation is settled as `DONE`, with
 * the loan's id. Without an event, it stays `UNSETTLED` until 12:00:42: 2 s to send, 10 s to arrive, and 30 s until
 * circulation drops a request. It is then settled as `REFUSED`, and its reservation ends.
 */
export function reconcileChange(services: CirculationServices, sought: ReconcilableChange): Reconcile {
  return async (due, signal) => {
    const { journal, times, log } = services;
    const { operation } = due;
    const { id, sendBy } = operation;
    const events =
      sendBy === null
        ? await eventsOfUnsent(services, operation, sought.event, signal)
        : await eventsOf(services, operation, sought.event, signal);
    const [event] = events;
    if (event !== undefined && operation.state !== 'DONE') {
      const outcome = outcomeOf('DONE', sought.done(operation, event));
      const done = sendBy === null ? outcome : withLaterCheck(outcome, times);
      alarmed(await journal.settle(id, done), log);
      return events.length > 1 ? null : done.reconcileAfterMs;
    }
    // If there are several events, `eventsOf` has logged an alarm, and somebody must act on it. There is nothing left
    // to check here.
    if (events.length > 1) {
      return null;
    }
    if (operation.holdsPlace) {
      if (!isCertain(due, times)) {
        return reconcileAgainMs;
      }
      // The request will not be delivered again, so the operation no longer needs its reservation.
      await journal.releasePlace(id);
    }
    if (operation.state !== 'UNSETTLED') {
      return msUntilNextCheck(due, times.laterChecks);
    }
    return isCertain(due, times) ? await conclude(services, due, sought) : reconcileAgainMs;
  };
}

/** The events of this kind that have the operation's id as reference. Logs an alarm if there are several. */
async function eventsOf(
  { circulation, log }: CirculationServices,
  operation: Operation,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<readonly CirculationEvent[]> {
  const events = await circulation.eventsByReference(operation.id, signal);
  const ofKind = events.filter((event) => event.kind === kind);
  if (ofKind.length > 1) {
    alarmIfRepeated(operation, log);
  }
  return ofKind;
}

/**
 * Circulation's events of an operation without a `sendBy`. According to the journal, nothing was sent for it. But the
 * database may have lost the permission to send, for example if a standby without it took over. So the events are read
 * before the operation is refused. If they can't be read, an unsettled operation is treated as not sent. If that is
 * wrong, the feed of events will later contradict the refusal.
 */
async function eventsOfUnsent(
  services: CirculationServices,
  operation: Operation,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<readonly CirculationEvent[]> {
  try {
    return await eventsOf(services, operation, kind, signal);
  } catch (error) {
    if (error instanceof UpstreamError && operation.state === 'UNSETTLED') {
      return [];
    }
    throw error;
  }
}

export function alarmIfRepeated({ id, kind }: Operation, log: ErrorLog): void {
  log.error(
    { operation: id, kind },
    'ALARM: circulation did an operation more than once: its request was delivered more than once',
  );
}

async function conclude(
  { journal, times }: CirculationServices,
  { operation, now }: DueOperation,
  { notDone }: ReconcilableChange,
): Promise<number | null> {
  // An operation without a `sendBy` was never permitted to be sent. Once it is settled, it can't get the permission any
  // more, so no later check is needed.
  const refused = { ...outcomeOf('REFUSED', notDone(operation)), concludedFrom: operation };
  const outcome = operation.sendBy === null ? refused : withLaterCheck(refused, times);
  return msUntilReconciledAgain(await journal.settle(operation.id, outcome), now, times);
}

/**
 * The delay before an operation is reconciled again, after this process wanted to settle it, in ms; null for never. The
 * operation's sender may have settled it meanwhile. Then the journal keeps the sender's outcome. So the delay depends
 * on the state that the journal returned.
 *
 * Example: the reconciler takes up an operation that has not been sent, and freezes. Meanwhile the sender resumes,
 * sends the change, and is refused. It settles the operation as refused, to be checked after a minute. Then the
 * reconciler resumes, and wants to refuse the operation without a check. The journal does not accept this, so the
 * operation is still checked after the minute.
 */
export function msUntilReconciledAgain(
  { operation }: Settlement,
  now: Date,
  { laterChecks }: ChangeTimes,
): number | null {
  if (operation.state === 'UNSETTLED') {
    return reconcileAgainMs;
  }
  // An operation that was never permitted to be sent can't arrive late.
  return operation.sendBy === null ? null : msUntilNextCheck({ operation, now }, laterChecks);
}

/**
 * The delay before the next later check of a settled operation, in ms; null after the last. It is counted from the time
 * when the operation was settled, not from this check.
 *
 * Example: a refusal is checked 1 minute, 5 minutes and 6 hours after it was settled. If it is reconciled at 2 minutes,
 * the next check is due in 3 minutes.
 */
export function msUntilNextCheck(
  { operation: { state, settledAt }, now }: DueOperation,
  { refused, done }: LaterChecks,
): number | null {
  // The operation may have been settled after this process took it up.
  const ageMs = settledAt === null ? 0 : Math.max(0, now.getTime() - settledAt.getTime());
  const next = (state === 'DONE' ? done : refused).find((atMs) => atMs > ageMs);
  return next === undefined ? null : next - ageMs;
}
