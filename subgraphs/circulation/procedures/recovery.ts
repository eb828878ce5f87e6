import type { CirculationEvent, CirculationEventKind } from '../../../adapters/circulation/port.ts';
import type { Json, Operation } from '../../../store/journal/port.ts';
import { cardChangeEvents, cardChangeRecovery } from '../../operations/card-change.ts';
import { resume } from '../../operations/procedure.ts';
import { reconcileAgainMs, reconcileChange } from '../../operations/reconcile-change.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { finishOwnHoldMove } from '../lending/finish-own-hold-move.ts';
import { completeRenewals } from '../lending/renew-several.ts';
import type { LendingServices } from '../lending/services.ts';
import { type LendingResult, toStoredResult } from '../lending/stored-result.ts';
import { changePickupBranch } from './change-pickup-branch.ts';
import { lendHeldItem } from './lend-held-item.ts';
import { moveHolds } from './move-holds.ts';

/** The event that circulation records for each kind of operation with a single change. */
const loanAndHoldEvents = {
  CHECK_OUT: 'CHECKED_OUT',
  CHECK_IN: 'CHECKED_IN',
  RENEW_LOAN: 'RENEWED',
  PLACE_HOLD: 'HOLD_PLACED',
  CANCEL_HOLD: 'HOLD_CANCELLED',
} as const satisfies Record<string, CirculationEventKind>;

/** The event of each kind of operation in this subgraph, and of the changes to cards that any subgraph makes. */
export const eventOfKind: Readonly<Record<string, CirculationEventKind>> = {
  ...loanAndHoldEvents,
  ...cardChangeEvents,
};

/** The functions that reconcile this subgraph's operations, by kind of operation. */
export function recoveryOf(services: LendingServices): Readonly<Record<string, Reconcile>> {
  const forEvent = (kind: keyof typeof loanAndHoldEvents): Reconcile =>
    reconcileChange(services, {
      event: loanAndHoldEvents[kind],
      done: resultOfEvent,
      notDone: resultOfNothing,
    });
  const severalRenewals: Reconcile = async ({ operation }) =>
    (await completeRenewals(services, operation)).state === 'UNSETTLED' ? reconcileAgainMs : null;
  return {
    ...cardChangeRecovery(services),
    [moveHolds.kind]: resume(services, moveHolds),
    [changePickupBranch.kind]: resume(services, changePickupBranch),
    [lendHeldItem.kind]: resume(services, lendHeldItem),
    CHECK_OUT: forEvent('CHECK_OUT'),
    CHECK_IN: forEvent('CHECK_IN'),
    RENEW_LOAN: forEvent('RENEW_LOAN'),
    PLACE_HOLD: forEvent('PLACE_HOLD'),
    CANCEL_HOLD: forEvent('CANCEL_HOLD'),
    RENEW_LOANS: severalRenewals,
    RENEW_ALL_LOANS: severalRenewals,
    MOVE_HOLD: (due, signal) => finishOwnHoldMove(services, due, signal),
  };
}

function resultOfEvent(operation: Operation, event: CirculationEvent): LendingResult {
  return {
    ...patronOf(operation),
    libraryCardNumber: event.libraryCardNumber ?? undefined,
    loanId: event.loanId ?? undefined,
  };
}

const resultOfNothing = (operation: Operation): Json =>
  toStoredResult({ problem: 'SYSTEM_UNAVAILABLE', ...patronOf(operation) });

const patronOf = ({ place }: Operation): LendingResult =>
  place === null ? {} : { patronId: place.patronId };
