/**
 * Whether a patron has a free place for one more loan (R9) or hold (R25). `limits.ts` has how many there are;
 * `loan-quota.ts` counts the loan places for the graph's `LoanQuota`.
 */
import type { Place, Places } from '../../../store/journal/port.ts';
import { holdLimit, loanLimit } from './limits.ts';

/** A loan or a hold that circulation has shown; `reference`: the operation that made it, null where a desk did. */
export interface Shown {
  readonly reference: string | null;
}

/** The places of a patron that circulation has not shown as loans or holds. */
export interface Unshown {
  /** Settled as done since circulation was read; or shortly before, if the loan or hold may have ended by then. */
  readonly done: readonly Place[];
  /** Unsettled: circulation may have done the change, or may still do it. */
  readonly pending: readonly Place[];
}

/**
 * The places that must be counted in addition to what circulation has shown, so that each operation is counted once.
 *
 * Circulation shows loans of operations `a` and `b`. The journal has `b` as done since the reading began, `c` as done since,
 * and `d` as unsettled. Then `c` is done and `d` pending, and the patron has four places taken: `b` is among the loans.
 */
export function unshown(shown: readonly Shown[], { unsettled, doneSince }: Places): Unshown {
  const shownReferences = new Set(shown.map(({ reference }) => reference));
  const isUnshown = ({ operationId }: Place) => !shownReferences.has(operationId);
  return { done: doneSince.filter(isUnshown), pending: unsettled.filter(isUnshown) };
}

/**
 * Whether a concurrent operation got a place after this reading began. It may have seen a loan of a desk that this reading
 * missed, and the two together would exceed the limit; so the patron must be read again. `holdersBefore`: the operations
 * that had a place when the reading began.
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
 * Why no place is given. `READ_AGAIN`: it depends on what was done since circulation was read. `PLACE_PENDING`: it depends
 * on an unsettled operation. A reason of the caller's own: circulation has shown it, so it was true at that moment.
 */
export type NoPlace<Reason> = Reason | 'READ_AGAIN' | 'PLACE_PENDING';

/** Why the patron can't have one more loan (R9); null where there is room. Never gives a place that may be taken. */
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
 * The problem of a check-out that circulation refuses because the card is full. Circulation limits the loans of each card, and
 * knows no patrons. So our own count, read after the refusal, decides whether the patron's quota is full too. `places`: without
 * the refused check-out's own.
 *
 * With a quota of twelve, the eleventh item on one card is `CARD_LIMIT_REACHED`: the patron's other card takes it. With a
 * quota of ten, a card that holds ten is a full quota too: `QUOTA_REACHED`.
 */
export function problemOfFullCard(
  loans: readonly Shown[],
  places: Places,
  limit = loanLimit,
): 'CARD_LIMIT_REACHED' | 'QUOTA_REACHED' | 'PLACE_PENDING' {
  const noPlace = noLoanPlace(loans, places, limit);
  return noPlace === null ? 'CARD_LIMIT_REACHED' : noPlace === 'READ_AGAIN' ? 'PLACE_PENDING' : noPlace;
}

/** Why the patron can't reserve the title (R25); null where there is room. `holds`: those that are not over. */
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

/** Why the patron can't have one more hold, whatever its title; null where there is room. */
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
