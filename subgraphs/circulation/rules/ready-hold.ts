import type { Hold, Item } from '../../../adapters/circulation/port.ts';

/**
 * To find the hold for which a returned copy is kept, this many open holds of its title are read. Only the first holds
 * of a queue can become ready, and one call to circulation takes ten cards at most.
 */
export const holdsToRead = 10;

/**
 * The maximum age of an index with which the hold for a returned copy is found, in ms. An older index lacks new holds,
 * and doesn't show which holds have become ready.
 */
export const oldestIndexMs = 60_000;

/** The first open holds of a title: the oldest ones, at most `holdsToRead`. */
interface OpenHolds {
  /** The ids of the holds in the index. */
  readonly indexed: readonly string[];
  /** Those of the indexed holds that are still open, as circulation shows them now. */
  readonly current: readonly Hold[];
}

/**
 * The hold for which a returned copy is kept on the hold shelf. Circulation never says which copy is kept for which
 * hold. So the result is null if several holds are possible, or if the right hold may not have been read.
 *
 * @param wasReady whether a hold was ready before the copy was returned. Such a hold has another copy.
 *
 * @example
 * // H1 is ready and was ready before, H2 is ready, H3 is queued. The copy is kept for H2.
 */
export function holdOfReturnedCopy(
  { indexed, current }: OpenHolds,
  wasReady: (id: string) => boolean,
): Hold | null {
  // Holds become ready in the order of the queue. So if one of the read holds is queued, no unread hold is ready.
  const areAllReadyRead = indexed.length < holdsToRead || current.some(({ state }) => state === 'QUEUED');
  const [hold, ...others] = current.filter(({ id, state }) => state === 'READY' && !wasReady(id));
  return areAllReadyRead && others.length === 0 ? (hold ?? null) : null;
}

/**
 * The copy that is kept for a ready hold of the title. Null unless exactly one copy of the title is on the hold shelf.
 * @param copies all copies of the title
 */
export function copyOfReadyHold(copies: readonly Item[]): Item | null {
  const [copy, ...others] = copies.filter(({ state }) => state === 'ON_HOLD_SHELF');
  return others.length === 0 ? (copy ?? null) : null;
}
