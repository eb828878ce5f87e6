import { type Operation, outcomeOf } from '../../../store/journal/port.ts';
import {
  alarmIfRepeated,
  msUntilNextCheck,
  msUntilReconciledAgain,
  reconcileAgainMs,
} from '../../operations/reconcile-change.ts';
import type { ObservedOperation } from '../../operations/reconciler.ts';
import { alarmed, isCertain, withLaterCheck } from '../../operations/send-once.ts';
import { readHolds } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';

/**
 * Reconciles the move of a hold, which places a new hold and then cancels the old one. Waits until each request of the
 * move is certain to be done or dropped. If the patron then has both holds, and the move was not settled as done, the
 * new hold is cancelled. Later checks look for a new hold that was placed late, as for any change. Resolves to the
 * delay before the next reconciliation, in ms; null if none is needed.
 */
export async function finishOwnHoldMove(
  services: LendingServices,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<number | null> {
  const { journal, times, log } = services;
  const { operation: move } = due;
  const { id, place } = move;
  if (!isCertain(due, times)) {
    return reconcileAgainMs;
  }
  if (place === null) {
    // The move sends nothing before it has reserved a place. `settle` refuses the move only if the move still has no
    // place.
    const refused = { ...outcomeOf('REFUSED', {}), concludedFrom: { sendBy: null } };
    return msUntilReconciledAgain(await journal.settle(id, refused), due.now, times);
  }
  const { patronId, subject } = place;
  if (move.state !== 'UNSETTLED' && (await isRepeated(services, move, signal))) {
    alarmIfRepeated(move, log);
    return null;
  }
  const { rows } = await readHolds(services, patronId, signal);
  const ofTitle = rows.filter(({ titleNumber }) => titleNumber === subject);
  const placed = ofTitle.find(({ reference }) => reference === id);
  // If the move is done, the old hold was cancelled. The second hold is then one that the patron placed later, so it
  // stays.
  if (placed !== undefined && ofTitle.length > 1 && move.state !== 'DONE') {
    await services.circulation.cancelHold(placed.id, id, signal);
    return reconcileAgainMs;
  }
  const result = { patronId };
  if (placed !== undefined && move.state !== 'DONE') {
    const settlement = await journal.settle(id, withLaterCheck(outcomeOf('DONE', result), times));
    alarmed(settlement, log);
    return msUntilReconciledAgain(settlement, due.now, times);
  }
  if (move.state !== 'UNSETTLED') {
    if (move.holdsPlace) {
      await journal.releasePlace(id);
    }
    return msUntilNextCheck(due, times.laterChecks);
  }
  const refused = withLaterCheck({ ...outcomeOf('REFUSED', result), concludedFrom: move }, times);
  return msUntilReconciledAgain(await journal.settle(id, refused), due.now, times);
}

/** Whether circulation has placed or cancelled a hold more than once for this move. */
async function isRepeated(
  { circulation }: LendingServices,
  { id }: Operation,
  signal: AbortSignal,
): Promise<boolean> {
  const events = await circulation.eventsByReference(id, signal);
  return (['HOLD_PLACED', 'HOLD_CANCELLED'] as const).some(
    (kind) => events.filter((event) => event.kind === kind).length > 1,
  );
}
