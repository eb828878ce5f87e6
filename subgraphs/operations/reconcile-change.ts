import type { CirculationEvent, CirculationEventKind } from '../../adapters/circulation/port.ts';
import type { DueOperation, Json, Operation, Outcome } from '../../adapters/journal/port.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import type { LaterChecks } from '../runtime/operations-config.ts';
import type { Reconcile } from './reconciler.ts';
import { alarmed, type CirculationServices, isCertain, withLaterCheck } from './send-once.ts';

/** Milliseconds after which what has had no answer is looked into for the first time, */
export const reconcileSoonMs = 300;
/** and between two looks from then on. */
export const reconcileAgainMs = 2_000;

/** A change of one kind: the event that it leaves, and what is kept of its outcome. */
export interface ReconcilableChange {
  readonly event: CirculationEventKind;
  readonly done: (operation: Operation, event: CirculationEvent) => Json;
  readonly notDone: (operation: Operation) => Json;
}

/**
 * Looks after operations that are one change: by the event that it left, or by there being none once there never will be. Also
 * again after they are settled, when what was told may turn out to be wrong.
 */
export function reconcileChange(services: CirculationServices, sought: ReconcilableChange): Reconcile {
  return async (due, signal) => {
    const { journal, times, log } = services;
    const { operation } = due;
    const { id, sendBy } = operation;
    // What was never to be sent left nothing.
    const events = sendBy === null ? [] : await eventsOf(services, operation, sought.event, signal);
    const [event] = events;
    if (event !== undefined && operation.state !== 'DONE') {
      const done = withLaterCheck({ state: 'DONE', result: sought.done(operation, event) }, times);
      alarmed(await journal.settle(id, done), log);
      return events.length > 1 ? null : (done.reconcileAfterMs ?? null);
    }
    // The alarm has been raised.
    if (events.length > 1) {
      return null;
    }
    if (operation.state !== 'UNSETTLED') {
      return msUntilNextCheck(due, times.laterChecks);
    }
    return isCertain(due, times) ? await conclude(services, operation, sought) : reconcileAgainMs;
  };
}

/** Of that kind, under the operation's reference; says so aloud where there are several. */
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

export function alarmIfRepeated({ id, kind }: Operation, log: ErrorLog): void {
  log.error(
    { operation: id, kind },
    'ALARM: circulation did an operation more than once: its request was delivered more than once',
  );
}

/** Settles it as not done. */
async function conclude(
  { journal, times }: CirculationServices,
  operation: Operation,
  { notDone }: ReconcilableChange,
): Promise<number | null> {
  const { sendBy } = operation;
  // Without a time to send by it has reserved nothing and sent nothing, and from now on can't.
  const refused: Outcome = { state: 'REFUSED', result: notDone(operation), sendBy };
  const outcome = sendBy === null ? refused : withLaterCheck(refused, times);
  const { operation: now } = await journal.settle(operation.id, outcome);
  return now.state === 'UNSETTLED' ? reconcileAgainMs : (outcome.reconcileAfterMs ?? null);
}

/**
 * Of a settled operation: milliseconds until it is looked at again, and not sooner; null where it isn't any more. Whoever was
 * slow to hear of the outcome has asked for a look as if there were none.
 */
export function msUntilNextCheck(
  { operation: { state, settledAt }, now }: DueOperation,
  { refused, done }: LaterChecks,
): number | null {
  const ageMs = settledAt === null ? 0 : now.getTime() - settledAt.getTime();
  const next = (state === 'DONE' ? done : refused).find((atMs) => atMs > ageMs);
  return next === undefined ? null : next - ageMs;
}
