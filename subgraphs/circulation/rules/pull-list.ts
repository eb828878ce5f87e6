import type { Hold, Item } from '../../../adapters/circulation/port.ts';
import { sortBy } from '../../library/sort-by.ts';

/** A copy to take from the shelves of its branch, and the hold for which it is taken. */
export interface CopyToFetch {
  readonly item: Item & { readonly branch: string };
  readonly hold: Hold;
}

/**
 * Chooses which copies of one title staff must fetch for its queued holds: one copy for each hold. Copies at a hold's
 * pickup branch are chosen first, because they need no transport. Then the other copies are chosen in the order of
 * their numbers. Each branch gets the same choice, so no two branches fetch a copy for the same hold.
 *
 * Example: hold 1 is collected at HKCL, hold 2 at STCL, and copies are on the shelves at STCL and NPPL. STCL fetches
 * its copy for hold 2, and NPPL its copy for hold 1.
 * @param holds in the order of the queue
 * @param copies that are on the shelves and can be lent
 */
export function copiesToFetch(holds: readonly Hold[], copies: readonly Item[]): readonly CopyToFetch[] {
  const placed = copies.filter((copy): copy is CopyToFetch['item'] => copy.branch !== null);
  const left = sortBy(placed, ({ itemNumber }) => itemNumber);
  const take = (hold: Hold, at: number): CopyToFetch[] =>
    left.splice(at, at < 0 ? 0 : 1).map((item) => ({ item, hold }));
  const served = holds.slice(0, left.length);
  const here = served.flatMap((hold) =>
    take(
      hold,
      left.findIndex(({ branch }) => branch === hold.pickupBranch),
    ),
  );
  const isServed = new Set(here.map(({ hold }) => hold.id));
  const elsewhere = served.filter(({ id }) => !isServed.has(id)).flatMap((hold) => take(hold, 0));
  return [...here, ...elsewhere];
}

/**
 * The key by which a branch's list is sorted: the call number, and then the number of the copy. Copies without a call
 * number come last.
 */
export const shelfKey = ({ item: { callNumber, itemNumber } }: CopyToFetch): string =>
  `${callNumber ?? '\u{10FFFD}'} ${itemNumber}`;
