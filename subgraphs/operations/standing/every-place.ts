/**
 * Nothing may be lent while an operation suspends or closes a patron. A *place* is a reservation of one loan or hold
 * under the patron's limits. Every check-out and every hold needs one. So the operation takes all places that are left,
 * and then no other operation gets one.
 *
 * A check-out may have read the patron's standing before all places were taken. It must then read the standing again.
 * It learns this when it tries to reserve a place. Either all places are still taken ({@link isEveryPlace}), or they
 * were settled as done since the check-out read the patron's epoch. The epoch is a number that grows with each place
 * that is settled as done.
 *
 * Example: a check-out reads epoch 4 and an active patron. The closing takes all places, closes the record, and is
 * done. The epoch is now higher. The check-out tries to reserve a place, finds one that was done since epoch 4, and
 * reads again: the patron is closed.
 */
import type { Operation, Place, PlaceKind, Places, PlacesNow } from '../../../store/journal/port.ts';
import { outcomeOf } from '../../../store/journal/port.ts';
import { preparedFirst } from '../change-times.ts';
import { beginChild, findChild, type OperationLedger, parentIdOf } from '../ledger.ts';
import { Unfinished } from '../procedure.ts';
import { backOffMs, type Reconcile } from '../reconciler.ts';

/**
 * The item and the card of a reservation for all of a patron's loans or holds. No item, title or card has this name.
 */
const everyPlace = 'EVERY PLACE';

export const isEveryPlace = ({ subject }: Pick<Place, 'subject'>): boolean => subject === everyPlace;

const takePlaces = 'TAKE_PLACES';
const placeKinds: readonly PlaceKind[] = ['LOAN', 'HOLD'];

interface WantedPlaces {
  readonly patronId: string;
  readonly kind: PlaceKind;
  /** The reservations of the patron's loans or holds, read before the other data on which `mayTake` decides. */
  readonly before: PlacesNow;
  /** Decides whether all places may be taken. It is called in the transaction that takes them. */
  readonly mayTake: (places: Places) => boolean;
}

/**
 * Reserves all loans or all holds that the patron's limits still allow, for a child operation, until {@link
 * releasePlaces}. Resolves to false if `mayTake` refuses. This is safe to repeat: after a refusal, `mayTake` is not
 * called again.
 * @throws Unfinished if the patron's record was merged with another meanwhile.
 */
export async function takeEveryPlace(
  ledger: OperationLedger,
  parent: Operation,
  { patronId, kind, before, mayTake }: WantedPlaces,
): Promise<boolean> {
  const { journal } = ledger;
  const child = { kind: takePlaces, reference: referenceOf(kind), ...preparedFirst };
  const { operation } = await beginChild(ledger, parent, child);
  if (operation.state !== 'UNSETTLED' || operation.place !== null) {
    return operation.state !== 'REFUSED';
  }
  const { epoch: since, mergedFrom } = before;
  const place = { patronId, kind, libraryCardNumber: everyPlace, subject: everyPlace, since, mergedFrom };
  // Nothing is sent for these places.
  const times = {
    sendWithinMs: 0,
    arriveWithinMs: 0,
    reconcileAfterMs: preparedFirst.reconcileAfterMs,
  };
  const reservation = await journal.reserve(operation.id, { ...place, ...times }, (places) =>
    mayTake(places) ? null : 'REFUSED',
  );
  if (reservation.kind === 'refused') {
    return (await journal.settle(operation.id, outcomeOf('REFUSED', null))).operation.state !== 'REFUSED';
  }
  if (reservation.kind === 'merged') {
    throw new Unfinished('the record was merged meanwhile');
  }
  return reservation.operation.state !== 'REFUSED';
}

/**
 * Ends the reservations of {@link takeEveryPlace}: as `DONE` after the standing was changed, or as `REFUSED` if it
 * stays. This is safe to repeat.
 */
export async function releasePlaces(
  ledger: OperationLedger,
  parent: Operation,
  state: 'DONE' | 'REFUSED',
): Promise<void> {
  for (const kind of placeKinds) {
    const child = await findChild(ledger, parent, referenceOf(kind));
    if (child !== null) {
      await ledger.journal.settle(child.id, outcomeOf(state, null));
    }
  }
}

/**
 * Requires that no other operation has a reservation for this patron. Then the outcome of every earlier request is
 * certain.
 * @throws Unfinished until then.
 */
export async function requireNoOtherPlaces(
  ledger: OperationLedger,
  parent: Operation,
  patronId: string,
): Promise<void> {
  for (const kind of placeKinds) {
    const [{ holders }, own] = await Promise.all([
      ledger.journal.placesNow(patronId, kind),
      findChild(ledger, parent, referenceOf(kind)),
    ]);
    if (holders.some((id) => id !== own?.id)) {
      throw new Unfinished('an earlier request is not certain yet');
    }
  }
}

const referenceOf = (kind: PlaceKind): string => `${takePlaces} ${kind}`;

/** Returns the function that ends reservations of {@link takeEveryPlace} which an ended parent operation has left. */
export function everyPlaceRecovery({ journal }: OperationLedger): Readonly<Record<string, Reconcile>> {
  return {
    [takePlaces]: async (due) => {
      const parent = await journal.findById(parentIdOf(due.operation));
      if (parent?.state === 'UNSETTLED') {
        return backOffMs(due);
      }
      await journal.settle(due.operation.id, outcomeOf(parent?.state ?? 'REFUSED', null));
      return null;
    },
  };
}
