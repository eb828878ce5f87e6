import type { CirculationEvent, CirculationEventKind } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { looksOfParts } from '../../operations/card-change.ts';
import { lookAfter } from '../../operations/procedure.ts';
import { lookAgainMs, lookForChange } from '../../operations/reconcile-change.ts';
import type { Look } from '../../operations/reconciler.ts';
import { lendHeldItem } from '../procedures/lend-held-item.ts';
import { moveHolds } from '../procedures/move-holds.ts';
import { completeWhole } from './renew-all.ts';
import type { Result } from './result.ts';
import type { Lending } from './services.ts';
import { endMove } from './transfer-own-hold.ts';

/** How each kind of operation of this subgraph is looked after. */
export function looksOf(lending: Lending): Readonly<Record<string, Look>> {
  const forEvent = (event: CirculationEventKind): Look =>
    lookForChange(lending, { event, done: resultOfEvent, notDone: resultOfNothing });
  return {
    ...looksOfParts(lending),
    [moveHolds.kind]: lookAfter(lending, moveHolds),
    [lendHeldItem.kind]: lookAfter(lending, lendHeldItem),
    CHECK_OUT: forEvent('CHECKED_OUT'),
    CHECK_IN: forEvent('CHECKED_IN'),
    RENEW_LOAN: forEvent('RENEWED'),
    PLACE_HOLD: forEvent('HOLD_PLACED'),
    CANCEL_HOLD: forEvent('HOLD_CANCELLED'),
    RENEW_ALL_LOANS: async ({ operation }) =>
      (await completeWhole(lending, operation)).state === 'UNSETTLED' ? lookAgainMs : null,
    MOVE_HOLD: (due, signal) => endMove(lending, due, signal),
  };
}

function resultOfEvent(operation: Operation, event: CirculationEvent): Result {
  return {
    ...patronOf(operation),
    ...(event.libraryCardNumber !== null && { libraryCardNumber: event.libraryCardNumber }),
    ...(event.loanId !== null && { loanId: event.loanId }),
  };
}

const resultOfNothing = (operation: Operation): Result => ({
  problem: 'SYSTEM_UNAVAILABLE',
  ...patronOf(operation),
});

const patronOf = ({ place }: Operation): Result => (place === null ? {} : { patronId: place.patronId });
