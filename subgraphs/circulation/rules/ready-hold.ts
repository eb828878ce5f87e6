import type { Hold, Item } from '../../../adapters/circulation/port.ts';

/**
 * How many of a title's open holds are read to find the one for which a returned copy waits. Only the first holds of a
 * queue can become ready, and circulation answers for ten cards a call.
 */
export const holdsToRead = 10;

/**
 * The oldest index, in ms, by which a hold is told. An older one lacks more holds, and knows less of which were ready. It
 * is some seconds old as a rule.
 */
export const oldestIndexMs = 60_000;

/** The first open holds of a title, the oldest first: all of them, or `holdsToRead`. */
interface OpenHolds {
  /** The ids of the holds in the index. */
  readonly indexed: readonly string[];
  /** Those of them that are still open, as circulation shows them now. */
  readonly current: readonly Hold[];
}

/**
 * The hold for which a copy on the hold shelf waits, if only one can be meant. Circulation never says which hold took
 * which copy. Null if several holds could have taken it, or if the hold may be one that was not read.
 *
 * @param wasReady tells of a hold whether it was ready before the copy was returned: another copy waits for such a hold
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
