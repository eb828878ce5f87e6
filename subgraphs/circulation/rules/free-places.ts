/**
 * Decides whether a patron has a free place for one more loan (R9) or hold (R25). `limits.ts` has the number of places,
 * and `loan-quota.ts` counts the loan places for the graph's `LoanQuota`.
 */
import type { Place, Places } from '../../../store/journal/port.ts';
import { isEveryPlace } from '../../operations/standing/every-place.ts';
import { holdLimit, loanLimit } from './limits.ts';

/**
 * A loan or a hold that circulation has shown. `reference` is the operation that made it. Null for a loan or hold that
 * a desk made.
 */
export interface Shown {
  readonly reference: string | null;
}
export interface ShownLoan extends Shown {
  readonly itemNumber: string;
}
export interface ShownHold extends Shown {
  readonly libraryCardNumber: string;
  readonly titleNumber: string;
}

/** The places of a patron that circulation has not shown as loans or holds. */
export interface Unshown {
  /**
   * Places that were settled as done since circulation was read. They may include places whose loan or hold has ended
   * meanwhile.
   */
  readonly done: readonly Place[];
  /**
   * Places of unsettled operations, and of refused operations whose request may be delivered again. Circulation may
   * already have made their changes, or may still make them.
   */
  readonly pending: readonly Place[];
}

/**
 * The keys by which loans, holds and places are compared. Circulation has at most one loan of an item for a patron, and
 * at most one hold of a title on a card. So of two places with the same key, only one can become a loan or a hold.
 */
interface PlaceKeys<Row> {
  readonly ofRow: (row: Row) => string;
  readonly ofPlace: (place: Pick<Place, 'libraryCardNumber' | 'subject'>) => string;
}

export const loanKeys: PlaceKeys<ShownLoan> = {
  ofRow: ({ itemNumber }) => itemNumber,
  ofPlace: ({ subject }) => subject,
};
const holdKeys: PlaceKeys<ShownHold> = {
  ofRow: ({ libraryCardNumber, titleNumber }) => `${libraryCardNumber} ${titleNumber}`,
  ofPlace: ({ libraryCardNumber, subject }) => `${libraryCardNumber} ${subject}`,
};

/**
 * The places to count in addition to the loans or holds that circulation has shown. With them, each operation is
 * counted once. The place of a refused operation is not counted if a loan, another place, or the wanted place
 * (`wantedKey`) has the same key.
 *
 * Example: circulation shows the loans of the operations `a` and `b`. In the journal, `b` and `c` are done since the
 * reading began, and `d` is unsettled. `e` was refused without certainty, and so was `f`, of the same item as `a`. Then
 * `c` is done, and `d` and `e` are pending. `b` and `f` are not returned, because their items are among the loans. So
 * the patron has five places taken.
 */
export function unshown<Row extends Shown>(
  shown: readonly Row[],
  { unsettled, doneSince, uncertain }: Places,
  keys: PlaceKeys<Row>,
  wantedKey: string | null = null,
): Unshown {
  const shownReferences = new Set(shown.map(({ reference }) => reference));
  // An operation that changes the standing takes every place of a patron for a moment. Such a place is not a loan or a
  // hold.
  const isUnshown = (place: Place) => !shownReferences.has(place.operationId) && !isEveryPlace(place);
  const done = doneSince.filter(isUnshown);
  const pending = unsettled.filter(isUnshown);
  const counted = new Set([...shown.map(keys.ofRow), ...[...done, ...pending].map(keys.ofPlace), wantedKey]);
  const byKey = new Map(uncertain.map((place) => [keys.ofPlace(place), place]));
  const refused = [...byKey].flatMap(([key, place]) => (counted.has(key) ? [] : [place]));
  return { done, pending: [...pending, ...refused] };
}

/**
 * Whether a concurrent operation got a place after this reading began. That operation may have seen a loan of a desk
 * that this reading missed. The loan and the place together could exceed the limit, so the patron must be read again.
 * @param holdersBefore the operations that had a place when the reading began
 */
export function isOvertaken(
  shown: readonly Shown[],
  { unsettled, doneSince, uncertain }: Places,
  holdersBefore: ReadonlySet<string>,
): boolean {
  const shownReferences = new Set(shown.map(({ reference }) => reference));
  return [...unsettled, ...doneSince, ...uncertain].some(
    ({ operationId }) => !shownReferences.has(operationId) && !holdersBefore.has(operationId),
  );
}

/**
 * The reason why no place is given.
 *
 * - `READ_AGAIN`: the answer depends on an operation that was done since circulation was read.
 * - `PLACE_PENDING`: the answer depends on an unsettled operation.
 * - `Reason`: the loans or holds that circulation has shown are reason enough.
 */
export type NoPlace<Reason> = Reason | 'READ_AGAIN' | 'PLACE_PENDING';

/**
 * The reason why the patron can't have one more loan (R9); null if there is room. A place that an
 * unsettled operation may have taken counts as taken.
 * @param itemNumber the item to lend; null for any item
 */
export function noLoanPlace(
  loans: readonly ShownLoan[],
  places: Places,
  itemNumber: string | null,
  limit = loanLimit,
): NoPlace<'QUOTA_REACHED'> | null {
  const taken = everyPlaceTaken(places);
  if (taken !== null) {
    return taken;
  }
  if (loans.length >= limit) {
    return 'QUOTA_REACHED';
  }
  return noRoom(loans.length, unshown(loans, places, loanKeys, itemNumber), limit);
}

/**
 * A change of the patron's standing takes every place (R15). `PLACE_PENDING` while it holds the places. `READ_AGAIN` if
 * it ended after the standing was read. Null if there is no such change.
 */
function everyPlaceTaken({ unsettled, doneSince }: Places): 'PLACE_PENDING' | 'READ_AGAIN' | null {
  if (unsettled.some(isEveryPlace)) {
    return 'PLACE_PENDING';
  }
  return doneSince.some(isEveryPlace) ? 'READ_AGAIN' : null;
}

/**
 * The problem of a check-out that circulation refuses because the card is full. Circulation limits the loans of each
 * card, and does not know patrons. So our own count, read after the refusal, decides whether the patron's quota is also
 * full.
 *
 * Example: with a quota of twelve, the eleventh item on one card is refused with `CARD_LIMIT_REACHED`. The item can be
 * lent on the patron's other card. With a quota of ten, a card with ten items also means a full quota, so the problem
 * is `QUOTA_REACHED`.
 *
 * @param places the patron's places, without the place of the refused check-out
 */
export function problemOfFullCard(
  loans: readonly ShownLoan[],
  places: Places,
  limit = loanLimit,
): 'CARD_LIMIT_REACHED' | 'QUOTA_REACHED' | 'PLACE_PENDING' {
  const noPlace = noLoanPlace(loans, places, null, limit);
  return noPlace === null ? 'CARD_LIMIT_REACHED' : noPlace === 'READ_AGAIN' ? 'PLACE_PENDING' : noPlace;
}

type WantedHold = Omit<ShownHold, 'reference'>;

/**
 * The reason why the patron can't reserve the title (R25); null if there is room.
 * @param holds the patron's holds that are not over
 */
export function noHoldPlace(
  holds: readonly ShownHold[],
  places: Places,
  wanted: WantedHold,
  limit = holdLimit,
): NoPlace<'ALREADY_HELD' | 'HOLD_LIMIT_REACHED'> | null {
  const { titleNumber } = wanted;
  const taken = everyPlaceTaken(places);
  if (taken !== null) {
    return taken;
  }
  if (holds.some((hold) => hold.titleNumber === titleNumber)) {
    return 'ALREADY_HELD';
  }
  // A refused request that is delivered again can't make a second hold: circulation has at most one hold of a title on
  // a card.
  const { done, pending } = unshown(holds, places, holdKeys, holdKeyOf(wanted));
  const isTitle = ({ subject }: Place) => subject === titleNumber;
  if (done.some(isTitle)) {
    return 'READ_AGAIN';
  }
  if (pending.some(isTitle)) {
    return 'PLACE_PENDING';
  }
  return noFurtherHold(holds, places, wanted, limit);
}

/** The reason why the patron can't have one more hold of any title; null if there is room. */
export function noFurtherHold(
  holds: readonly ShownHold[],
  places: Places,
  wanted: WantedHold,
  limit = holdLimit,
): NoPlace<'HOLD_LIMIT_REACHED'> | null {
  const taken = everyPlaceTaken(places);
  if (taken !== null) {
    return taken;
  }
  if (holds.length >= limit) {
    return 'HOLD_LIMIT_REACHED';
  }
  return noRoom(holds.length, unshown(holds, places, holdKeys, holdKeyOf(wanted)), limit);
}

const holdKeyOf = ({ libraryCardNumber, titleNumber }: WantedHold): string =>
  holdKeys.ofPlace({ libraryCardNumber, subject: titleNumber });

function noRoom(
  shownCount: number,
  { done, pending }: Unshown,
  limit: number,
): 'READ_AGAIN' | 'PLACE_PENDING' | null {
  if (shownCount + done.length + pending.length < limit) {
    return null;
  }
  return done.length > 0 ? 'READ_AGAIN' : 'PLACE_PENDING';
}
