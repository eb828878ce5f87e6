import type { Hold, Item } from '../../../adapters/circulation/port.ts';

/**
 * How many of a title's open holds are read to find the hold for which a returned copy waits. Only the first holds of a
 * queue can become ready, and one call to circulation takes ten cards at most.
 */
export const holdsToRead = 10;

/**
 * The maximum age of an index that may decide for which hold a copy waits, in ms. An older index lacks more of the new
 * holds, and shows fewer of the holds that have become ready. Usually the index is some seconds old.
 */
export const oldestIndexMs = 60_000;

/** The first open holds of a title, the oldest first, at most `holdsToRead`. */
interface OpenHolds {
  /** The ids of the holds in the index. */
  readonly indexed: readonly string[];
  /** The indexed holds that are still open, as circulation shows them now. */
  readonly current: readonly Hold[];
}

/**
 * The hold for which a copy on the hold shelf waits, if there is only one candidate. Circulation never says which hold
 * took which copy. Null if several holds could have taken it, or if the right hold may not have been read.
 *
 * @param wasReady returns whether a hold was ready before the copy was returned. Another copy waits for such a hold.
 *
 * @example
 * // H1 is ready and was ready before, H2 is ready, H3 is queued. The copy waits for H2.
 */
export function holdOfReturnedCopy(
  { indexed, current }: OpenHolds,
  wasReady: (id: string) => boolean,
): Hold | null {
  // The queue moves in order. So a hold that was not read is ready only if all holds before it are, too.
  const areAllReadyRead = indexed.length < holdsToRead || current.some(({ state }) => state === 'QUEUED');
  const [hold, ...others] = current.filter(({ id, state }) => state === 'READY' && !wasReady(id));
  return areAllReadyRead && others.length === 0 ? (hold ?? null) : null;
}

/**
 * The copy that waits for a ready hold, if only one copy of its title is on the hold shelf. Otherwise null.
 * @param copies all copies of the title
 */
export function copyOfReadyHold(copies: readonly Item[]): Item | null {
  const [copy, ...others] = copies.filter(({ state }) => state === 'ON_HOLD_SHELF');
  return others.length === 0 ? (copy ?? null) : null;
}
