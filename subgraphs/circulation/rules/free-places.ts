/**
 * Decides whether a patron has a free place for one more loan (R9) or hold (R25). `limits.ts` has the number of places,
 * and `loan-quota.ts` counts the loan places for the graph's `LoanQuota`.
 */
import type { Place, Places } from '../../../store/journal/port.ts';
import { holdLimit, loanLimit } from './limits.ts';

/**
 * A loan or a hold that circulation has shown. `reference` is the operation that made it. Null for a loan or hold that
 * a desk made.
 */
export interface Shown {
  readonly reference: string | null;
}

/** The places of a patron that circulation has not shown as loans or holds. */
export interface Unshown {
  /**
   * Places that were settled as done since circulation was read. They may include places whose loan or hold has ended
   * meanwhile.
   */
  readonly done: readonly Place[];
  /** Places of unsettled operations. Circulation may already have made their changes, or may still make them. */
  readonly pending: readonly Place[];
}

/**
 * The places to count in addition to the loans or holds that circulation has shown. With them, each operation is
 * counted once.
 *
 * Example: circulation shows the loans of the operations `a` and `b`. In the journal, `b` and `c` are done since the
 * reading began, and `d` is unsettled. Then `c` is done and `d` is pending. `b` is not returned, because it is among
 * the loans. So the patron has four places taken.
 */
export function unshown(shown: readonly Shown[], { unsettled, doneSince }: Places): Unshown {
  const shownReferences = new Set(shown.map(({ reference }) => reference));
  const isUnshown = ({ operationId }: Place) => !shownReferences.has(operationId);
  return { done: doneSince.filter(isUnshown), pending: unsettled.filter(isUnshown) };
}

/**
 * Whether a concurrent operation got a place after this reading began. That operation may have seen a loan of a desk
 * that this reading missed. The loan and the place together could exceed the limit, so the patron must be read again.
 * @param holdersBefore the operations that had a place when the reading began
 */
export function isOvertaken(
  shown: readonly Shown[],
  places: Places,
  holdersBefore: ReadonlySet<string>,
): boolean {
  const { done, pending } = unshown(shown, places);
  return [...done, ...pending].some(({ operationId }) => !holdersBefore.has(operationId));
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
 * The reason why the patron can't have one more loan (R9); null if there is room. Never allows a place that may be
 * taken.
 */
export function noLoanPlace(
  loans: readonly Shown[],
  places: Places,
  limit = loanLimit,
): NoPlace<'QUOTA_REACHED'> | null {
  if (loans.length >= limit) {
    return 'QUOTA_REACHED';
  }
  return noRoom(loans.length, unshown(loans, places), limit);
}

/**
 * The problem of a check-out that circulation refuses because the card is full. Circulation limits the loans of each
 * card, and does not know patrons. So our own count, read after the refusal, decides whether the patron's quota is also
 * full.
 *
 * Examples: with a quota of twelve, the eleventh item on one card is refused with `CARD_LIMIT_REACHED`, because the
 * item can be lent on the patron's other card. With a quota of ten, a card with ten items also means a full quota, so
 * the problem is `QUOTA_REACHED`.
 *
 * @param places the patron's places, without the place of the refused check-out
 */
export function problemOfFullCard(
  loans: readonly Shown[],
  places: Places,
  limit = loanLimit,
): 'CARD_LIMIT_REACHED' | 'QUOTA_REACHED' | 'PLACE_PENDING' {
  const noPlace = noLoanPlace(loans, places, limit);
  return noPlace === null ? 'CARD_LIMIT_REACHED' : noPlace === 'READ_AGAIN' ? 'PLACE_PENDING' : noPlace;
}

/**
 * The reason why the patron can't reserve the title (R25); null if there is room.
 * @param holds the patron's holds that are not over
 */
export function noHoldPlace(
  holds: readonly (Shown & { readonly titleNumber: string })[],
  places: Places,
  titleNumber: string,
  limit = holdLimit,
): NoPlace<'ALREADY_HELD' | 'HOLD_LIMIT_REACHED'> | null {
  if (holds.some((hold) => hold.titleNumber === titleNumber)) {
    return 'ALREADY_HELD';
  }
  const { done, pending } = unshown(holds, places);
  const isTitle = ({ subject }: Place) => subject === titleNumber;
  if (done.some(isTitle)) {
    return 'READ_AGAIN';
  }
  if (pending.some(isTitle)) {
    return 'PLACE_PENDING';
  }
  return noFurtherHold(holds, places, limit);
}

/** The reason why the patron can't have one more hold of any title; null if there is room. */
export function noFurtherHold(
  holds: readonly Shown[],
  places: Places,
  limit = holdLimit,
): NoPlace<'HOLD_LIMIT_REACHED'> | null {
  if (holds.length >= limit) {
    return 'HOLD_LIMIT_REACHED';
  }
  return noRoom(holds.length, unshown(holds, places), limit);
}

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
