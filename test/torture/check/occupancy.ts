import type { PlaceKind } from '../../../store/journal/port.ts';
import type { Interval, JournalEntry, Merge, Moment, RecordChange } from '../history.ts';

/**
 * The number of a patron's loans (or holds) over time, including reserved places that are not settled. An operation
 * that has both a place and a loan is counted once.
 *
 * Example: a place is reserved at 10 ms and settled at 30 ms, and its loan begins at 20 ms. Another loan lasts from 0
 * to 25 ms. From 15 to 40 ms, `max` is 2, `min` is 1, and `distinct` is 2.
 */
export interface Occupancy {
  /** The largest number at one moment of the span. */
  max(span: Interval): number;
  /** The smallest number at one moment of the span. */
  min(span: Interval): number;
  /** The number of different loans and places in the span, even if they never existed at the same time. */
  distinct(span: Interval): number;
}

/**
 * The time in which a reserved place is counted.
 * - `decided`: from the reservation, when other processes may not see it yet, until a refused operation no longer holds
 * it.
 * - `committed`: from a time at which the reservation is certainly committed to the database, until the operation is
 * settled. A refused operation may hold its place longer. But this place may be counted together with another place for
 * the same item, so it is not certain to be counted.
 */
export type PlacesFrom = 'decided' | 'committed';

/**
 * The time after `sendBy` at which a reservation is certainly committed, in ms. No process waits longer for the
 * database.
 */
const committedMs = 5_000;

/** The part of a history from which occupancies are counted. */
export interface Occupied {
  readonly changes: readonly RecordChange[];
  readonly journal: readonly JournalEntry[];
  readonly merges: readonly Merge[];
}

/**
 * Returns the occupancy of each patron, by the patron's id. From a merge on, both records are reported with the loans and
 * places of both.
 */
export function occupancies(
  kind: PlaceKind,
  placesFrom: PlacesFrom,
  { changes, journal, merges }: Occupied,
): (patronId: string) => Occupancy {
  const changesOfKind = changes.filter((change) => change.kind === kind);
  const own = [...inRecords(changesOfKind), ...inJournal(journal, kind, placesFrom)];
  const counted = [...own, ...own.flatMap((one) => countedWithMerged(one, merges, placesFrom))];
  const countedByPatron = Map.groupBy(counted, ({ patronId }) => patronId);
  const cache = new Map<string, Occupancy>();
  return (patronId) => {
    const occupancy = cache.get(patronId) ?? occupancyOf(countedByPatron.get(patronId) ?? []);
    cache.set(patronId, occupancy);
    return occupancy;
  };
}

/** A span with a place or a loan. Spans with the same key are counted once. */
interface Counted extends Interval {
  readonly patronId: string;
  /** The operation's id, or circulation's number if a desk made the loan. */
  readonly key: string;
}

/** The span as the other record of the person has it, from the merge on. As a place, a merge is seen a while later. */
function countedWithMerged(one: Counted, merges: readonly Merge[], placesFrom: PlacesFrom): Counted[] {
  return merges.flatMap(({ leavingId, stayingId, mergedAt }): Counted[] => {
    const from = Math.max(one.from, mergedAt + (placesFrom === 'committed' ? committedMs : 0));
    const isOfPerson = one.patronId === leavingId || one.patronId === stayingId;
    const patronId = one.patronId === leavingId ? stayingId : leavingId;
    return isOfPerson && from < one.until ? [{ ...one, patronId, from }] : [];
  });
}

function inRecords(changes: readonly RecordChange[]): Counted[] {
  const endsById = new Map(
    changes.flatMap(({ change, id, at }) => (change === 'ENDED' ? [[id, at] as const] : [])),
  );
  return changes.flatMap(({ change, id, patronId, reference, at }) =>
    change === 'BEGUN'
      ? [{ patronId, key: reference ?? id, from: at, until: endsById.get(id) ?? Number.POSITIVE_INFINITY }]
      : [],
  );
}

function inJournal(journal: readonly JournalEntry[], kind: PlaceKind, placesFrom: PlacesFrom): Counted[] {
  return journal.flatMap(({ id, place, patronId, sendBy, settledAt, placeFreeAt }) => {
    if (place?.kind !== kind || patronId === null || sendBy === null) {
      return [];
    }
    const isDecided = placesFrom === 'decided';
    const from = isDecided ? place.reservedAt : sendBy + committedMs;
    const until = (isDecided ? placeFreeAt : settledAt) ?? Number.POSITIVE_INFINITY;
    return from < until ? [{ patronId, key: id, from, until }] : [];
  });
}

function occupancyOf(ofPatron: readonly Counted[]): Occupancy {
  const intervalsByKey = [...Map.groupBy(ofPatron, ({ key }) => key).values()].map((ofKey) => merged(ofKey));
  const steps = intervalsByKey
    .flat()
    .flatMap(({ from, until }) => [
      { at: from, by: 1 },
      { at: until, by: -1 },
    ])
    // In the same millisecond, beginnings sort before ends, because the two may have overlapped.
    .sort((a, b) => a.at - b.at || b.by - a.by);
  const levels: { readonly at: Moment; readonly count: number }[] = [
    { at: Number.NEGATIVE_INFINITY, count: 0 },
  ];
  for (const { at, by } of steps) {
    levels.push({ at, count: (levels.at(-1)?.count ?? 0) + by });
  }
  const within = ({ from, until }: Interval) => {
    const first = lastBefore(levels, from);
    const counts: number[] = [];
    for (let index = first; index < levels.length; index += 1) {
      const level = levels[index];
      if (level === undefined || level.at > until) {
        break;
      }
      counts.push(level.count);
    }
    return counts;
  };
  const isWithin = (span: Interval) => (one: Interval) => one.from <= span.until && one.until >= span.from;
  return {
    max: (span) => Math.max(...within(span)),
    min: (span) => Math.min(...within(span)),
    distinct: (span) => intervalsByKey.filter((ofKey) => ofKey.some(isWithin(span))).length,
  };
}

/** The union of the intervals, without overlaps. */
function merged(intervals: readonly Interval[]): Interval[] {
  const disjoint: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = disjoint.at(-1);
    if (last === undefined || last.until < next.from) {
      disjoint.push(next);
    } else {
      disjoint.splice(-1, 1, { from: last.from, until: Math.max(last.until, next.until) });
    }
  }
  return disjoint;
}

/** The index of the last level that begins before the moment. The first level begins at minus infinity. */
function lastBefore(levels: readonly { readonly at: Moment }[], moment: Moment): number {
  let low = 0;
  let high = levels.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((levels[middle]?.at ?? Number.POSITIVE_INFINITY) < moment) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
