import type { Place, Places } from '../../../adapters/journal/port.ts';

/** Ten items a patron, whichever card is shown (R9). */
export const loanLimit = 10;
/** Ten reservations a patron, on all cards together (R25). */
const holdLimit = 10;

/** What circulation has shown: a loan or a hold, by the operation that it came from; null where that was none of ours. */
export interface Shown {
  readonly reference: string | null;
}

/** The places of a patron that circulation has not shown as loans or holds. */
export interface Unshown {
  /** Done since circulation was asked, or so shortly before that it may have been done and undone. */
  readonly done: readonly Place[];
  /** Neither done nor known not to be. */
  readonly pending: readonly Place[];
}

/** Every place is counted once, by the operation that it came from. */
export function unshown(shown: readonly Shown[], { unsettled, doneSince }: Places): Unshown {
  const seen = new Set(shown.map(({ reference }) => reference));
  const isUnseen = ({ operationId }: Place) => !seen.has(operationId);
  return { done: doneSince.filter(isUnseen), pending: unsettled.filter(isUnseen) };
}

/**
 * Whether somebody has got a place since the reading began that it doesn't show. Theirs may be the newer reading, with a loan
 * in it that a desk has made: counted there, and unknown here, it would be one too many.
 */
export function isOvertaken(shown: readonly Shown[], places: Places, before: ReadonlySet<string>): boolean {
  const { done, pending } = unshown(shown, places);
  return [...done, ...pending].some(({ operationId }) => !before.has(operationId));
}

/**
 * Why no place is given. `READ_AGAIN`: what was done since circulation was asked decides. `PLACE_PENDING`: what is
 * unsettled does. The others are what circulation has shown, so that they were true when it was asked.
 */
export type NoPlace<Reason> = Reason | 'READ_AGAIN' | 'PLACE_PENDING';

/** Why one more loan would be one too many; null where there is room. Never gives a place that may be taken. */
export function noLoanPlace(loans: readonly Shown[], places: Places): NoPlace<'QUOTA_REACHED'> | null {
  if (loans.length >= loanLimit) {
    return 'QUOTA_REACHED';
  }
  return noRoom(loans.length, unshown(loans, places), loanLimit);
}

/** Why the title can't be reserved, which is done once (R25); null where there is room. `holds`: queued and ready ones. */
export function noHoldPlace(
  holds: readonly (Shown & { readonly titleNumber: string })[],
  places: Places,
  titleNumber: string,
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
  return noFurtherHold(holds, places);
}

/** Why one more hold would be one too many; null where there is room. */
export function noFurtherHold(holds: readonly Shown[], places: Places): NoPlace<'HOLD_LIMIT_REACHED'> | null {
  if (holds.length >= holdLimit) {
    return 'HOLD_LIMIT_REACHED';
  }
  return noRoom(holds.length, unshown(holds, places), holdLimit);
}

function noRoom(
  shown: number,
  { done, pending }: Unshown,
  limit: number,
): 'READ_AGAIN' | 'PLACE_PENDING' | null {
  if (shown + done.length + pending.length < limit) {
    return null;
  }
  return done.length > 0 ? 'READ_AGAIN' : 'PLACE_PENDING';
}
