import type { Operation } from '../../../store/journal/port.ts';
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
 * Reconciles a move of a hold, once everything that it sent is certain to be done or dropped. Where there are two holds of the title, the
 * one that it placed is cancelled, unless the move is done. Later checks look for a hold that was placed after all, as for any
 * change.
 */
export async function finishOwnHoldMove(
  services: LendingServices,
  due: ObservedOperation,
  signal: AbortSignal,
): Promise<number | null> {
  const { journal, times, log } = services;
  const { operation: move } = due;
  const { id, place, sendBy } = move;
  if (!isCertain(due, times)) {
    return reconcileAgainMs;
  }
  if (place === null) {
    // It has sent nothing, and never will unless it has got a place meanwhile.
    const refused = { state: 'REFUSED', result: {}, sendBy: null } as const;
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
  // A move that is done has cancelled the old hold: the patron has placed the second one since, and both stay.
  if (placed !== undefined && ofTitle.length > 1 && move.state !== 'DONE') {
    await services.circulation.cancelHold(placed.id, id, signal);
    return reconcileAgainMs;
  }
  const result = { patronId };
  if (placed !== undefined && move.state !== 'DONE') {
    const settlement = await journal.settle(id, withLaterCheck({ state: 'DONE', result }, times));
    alarmed(settlement, log);
    return msUntilReconciledAgain(settlement, due.now, times);
  }
  if (move.state !== 'UNSETTLED') {
    return msUntilNextCheck(due, times.laterChecks);
  }
  const refused = withLaterCheck({ state: 'REFUSED', result, sendBy }, times);
  return msUntilReconciledAgain(await journal.settle(id, refused), due.now, times);
}

/** Whether circulation did one of its two changes more than once. */
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
