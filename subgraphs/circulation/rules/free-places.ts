/**
 * Decides whether a patron may have one more loan (R9) or hold (R25). `limits.ts` has the limits, and `loan-quota.ts`
 * counts loans and places for the graph's `LoanQuota`.
 */
import type { Place, Places } from '../../../store/journal/port.ts';
import { isEveryPlace } from '../../operations/standing/every-place.ts';
import { holdLimit, loanLimit } from './limits.ts';

/**
 * A loan or a hold that circulation shows. `reference` is the id of the operation that made it, or null if a desk did.
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

/** The places that are not among the loans or holds which circulation shows. */
export interface Unshown {
  /**
   * Places of operations that were done since circulation was read. Each has become a loan or hold, and may have ended.
   */
  readonly done: readonly Place[];
  /**
   * Places of unsettled operations, and of refused operations whose request may still be delivered a second time.
   * Circulation may have made their loans or holds, or may still make them.
   */
  readonly pending: readonly Place[];
}

/**
 * Keys by which a place is matched with a loan or hold that circulation shows. Circulation has at most one loan of an
 * item, and at most one hold of a title on a card. So of two places with the same key, only one can become a loan or a
 * hold.
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
 * The places to count in addition to the loans or holds that circulation shows. Each operation is counted once: a place
 * is left out if circulation shows its loan or hold. The place of a refused operation is also left out if a loan or
 * hold, another place, or the wanted place (`wantedKey`) has the same key.
 *
 * Example: circulation shows the loans of the operations `a` and `b`. In the journal, `b` and `c` are done since the
 * reading began, and `d` is unsettled. `e` and `f` were refused, but their requests may be delivered again, and `f` is
 * for the item of `a`. Then the result is `c` as done, and `d` and `e` as pending. `b` and `f` are left out, because
 * their items are among the loans. So five are counted: two loans and three places.
 */
export function unshown<Row extends Shown>(
  shown: readonly Row[],
  { unsettled, doneSince, uncertain }: Places,
  keys: PlaceKeys<Row>,
  wantedKey: string | null = null,
): Unshown {
  const shownReferences = new Set(shown.map(({ reference }) => reference));
  // An operation that changes the patron's standing briefly reserves all of the patron's places, so that no other
  // operation can. They are not counted here.
  const isUnshown = (place: Place) => !shownReferences.has(place.operationId) && !isEveryPlace(place);
  const done = doneSince.filter(isUnshown);
  const pending = unsettled.filter(isUnshown);
  const counted = new Set([...shown.map(keys.ofRow), ...[...done, ...pending].map(keys.ofPlace), wantedKey]);
  const byKey = new Map(uncertain.map((place) => [keys.ofPlace(place), place]));
  const refused = [...byKey].flatMap(([key, place]) => (counted.has(key) ? [] : [place]));
  return { done, pending: [...pending, ...refused] };
}

/**
 * Whether another operation reserved a place after this reading began. That operation may have seen a desk's loan that
 * this reading missed. With one more loan, the patron might then exceed the limit, so the patron must be read again.
 * @param holdersBefore the operations that held a place when the reading began
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
 * Why no further place can be reserved.
 * - `READ_AGAIN`: this depends on an operation that was done since circulation was read.
 * - `PLACE_PENDING`: this depends on an operation that is not settled, or not certainly refused.
 * - `Reason`: the loans or holds that circulation shows are reason enough.
 */
export type NoPlace<Reason> = Reason | 'READ_AGAIN' | 'PLACE_PENDING';

/**
 * Why the patron can't have one more loan (R9). Null if there is room. A loan that an unsettled operation has reserved
 * counts like any other.
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
 * Tells whether a change of the patron's standing has reserved all places, so that no other operation can (R15).
 * `PLACE_PENDING` while that change is unsettled. `READ_AGAIN` if it was done after the standing was read. Null if
 * there is no such change.
 */
function everyPlaceTaken({ unsettled, doneSince }: Places): 'PLACE_PENDING' | 'READ_AGAIN' | null {
  if (unsettled.some(isEveryPlace)) {
    return 'PLACE_PENDING';
  }
  return doneSince.some(isEveryPlace) ? 'READ_AGAIN' : null;
}

/**
 * The problem of a check-out that circulation refuses because the card has as many loans as circulation allows.
 * Circulation has a limit for each card, and does not know patrons. Our own count of the patron's loans, read after the
 * refusal, shows whether the patron's quota is also full.
 *
 * Example: with a quota of twelve, the eleventh item on one card is refused with `CARD_LIMIT_REACHED`. The item can be
 * lent on the patron's other card. With a quota of ten, a card with ten items also means a full quota, so the problem
 * is `QUOTA_REACHED`.
 *
 * @param places the places of the patron's operations, without that of the refused check-out
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
 * Why the patron can't place a hold of the title (R25). Null if there is room.
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
  // Refused requests for the wanted card and title are not counted, because circulation has at most one hold of a title
  // on a card. A second delivery can't add a hold.
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

/** Why the patron can't have one more hold, of any title. Null if there is room. */
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
