import type { History, RecordChange } from '../history.ts';
import type { Violation } from './violation.ts';

/** The time in which the follower of the feed must have read another installation's change, on a busy machine, in ms. */
const seenWithinMs = 10_000;

/**
 * After a change of another installation, no place is reserved for the settling time. The other installation may have
 * more changes on their way, which nobody here counts.
 *
 * Example of a violation: another installation lends at 5 s, and the settling time is 28 s. A place is reserved at 20 s.
 */
export function reservedBesideForeign({
  journal,
  foreign,
  settlingMs,
}: Pick<History, 'journal' | 'foreign' | 'settlingMs'>): Violation[] {
  return [...foreign].flatMap(([reference, at]) => {
    const isClosed = (moment: number) => moment > at + seenWithinMs && moment < at + settlingMs;
    const count = journal.filter(({ place }) => place !== null && isClosed(place.reservedAt)).length;
    const detail = `${count} places were reserved within ${settlingMs} ms after another installation's ${reference}`;
    return count === 0 ? [] : [{ property: 'closed beside another installation', detail }];
  });
}

/**
 * Returns the changes. Changes of other installations become changes by desks, because nobody here could count their
 * places.
 */
export const withForeignAsDesk = (
  changes: readonly RecordChange[],
  foreign: History['foreign'],
): readonly RecordChange[] =>
  changes.map((change) => (foreign.has(change.reference ?? '') ? { ...change, reference: null } : change));
