import type { History } from '../../history.ts';
import type { Violation } from '../violation.ts';

/**
 * Some time after the faults, the program has compared all of circulation's events.
 *
 * Example of a violation: the last event has the number 41. A process that was killed while the clock was an hour ahead
 * still has the lease, and the events are compared up to 17.
 */
export function unfollowedFeed({ feed: { last, compared } }: Pick<History, 'feed'>): Violation[] {
  if (last === null || last === compared) {
    return [];
  }
  const detail = `circulation's last event is ${last}, and events are compared up to ${compared}`;
  return [{ property: 'feed is followed', detail }];
}

/**
 * Some time after the faults, the index has as many open loans and holds as circulation.
 *
 * Example of a violation: an item was returned after the database's clock was put back. The new reading of the card has
 * an earlier time than the stored reading, so the index still has the loan.
 */
export function wrongIndex({ open: { recorded, indexed } }: Pick<History, 'open'>): Violation[] {
  if (indexed?.loans === recorded.loans && indexed.holds === recorded.holds) {
    return [];
  }
  const shown = indexed === null ? 'none, because it is not ready' : `${indexed.loans} and ${indexed.holds}`;
  const detail = `circulation has ${recorded.loans} loans and ${recorded.holds} open holds, the index ${shown}`;
  return [{ property: 'index is true', detail }];
}
