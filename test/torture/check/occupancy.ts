import type { PlaceKind } from '../../../adapters/journal/port.ts';
import type { BookChange, Interval, JournalEntry, Moment } from '../history.ts';

/** How much a patron had at each moment: loans or holds, and places that were not settled, each counted once. */
export interface Occupancy {
  /** The most at one moment, from `from` to `until`, both included. */
  most(span: Interval): number;
  least(span: Interval): number;
  /** All that were there at some moment of it, though never together. */
  distinct(span: Interval): number;
}

/**
 * From when on a place that was given is counted: from the moment that it was `decided`, when nobody else could see it yet;
 * or from one by which it has been `committed` for certain.
 */
export type PlacesFrom = 'decided' | 'committed';

/** Milliseconds after `sendBy`; who has decided waits no longer for the database. */
const committedMs = 5_000;

/** Of one kind, by patron. */
export function occupancies(
  kind: PlaceKind,
  placesFrom: PlacesFrom,
  changes: readonly BookChange[],
  journal: readonly JournalEntry[],
): (patronId: string) => Occupancy {
  const ofKind = changes.filter((change) => change.kind === kind);
  const counted = [...inBooks(ofKind), ...inJournal(journal, kind, placesFrom)];
  const byPatron = Map.groupBy(counted, ({ patronId }) => patronId);
  const built = new Map<string, Occupancy>();
  return (patronId) => {
    const found = built.get(patronId) ?? occupancyOf(byPatron.get(patronId) ?? []);
    built.set(patronId, found);
    return found;
  };
}

/** Something of a patron's that is counted once, though it may be there as a place and as a loan. */
interface Counted extends Interval {
  readonly patronId: string;
  /** The operation that it came from, or circulation's number of it. */
  readonly key: string;
}

function inBooks(changes: readonly BookChange[]): Counted[] {
  const endOf = new Map(
    changes.flatMap(({ change, id, at }) => (change === 'ENDED' ? [[id, at] as const] : [])),
  );
  return changes.flatMap(({ change, id, patronId, reference, at }) =>
    change === 'BEGUN'
      ? [{ patronId, key: reference ?? id, from: at, until: endOf.get(id) ?? Number.POSITIVE_INFINITY }]
      : [],
  );
}

function inJournal(journal: readonly JournalEntry[], kind: PlaceKind, placesFrom: PlacesFrom): Counted[] {
  return journal.flatMap(({ id, place, patronId, sendBy, settledAt }) => {
    if (place?.kind !== kind || patronId === null || sendBy === null) {
      return [];
    }
    const from = placesFrom === 'decided' ? place.reservedAt : sendBy + committedMs;
    const until = settledAt ?? Number.POSITIVE_INFINITY;
    return from < until ? [{ patronId, key: id, from, until }] : [];
  });
}

function occupancyOf(ofPatron: readonly Counted[]): Occupancy {
  const byKey = [...Map.groupBy(ofPatron, ({ key }) => key).values()].map((ofKey) => joined(ofKey));
  const steps = byKey
    .flat()
    .flatMap(({ from, until }) => [
      { at: from, by: 1 },
      { at: until, by: -1 },
    ])
    // What ends as another begins is there with it for a moment: clocks tell milliseconds only.
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
    most: (span) => Math.max(...within(span)),
    least: (span) => Math.min(...within(span)),
    distinct: (span) => byKey.filter((ofKey) => ofKey.some(isWithin(span))).length,
  };
}

/** Without overlaps. */
function joined(intervals: readonly Interval[]): Interval[] {
  const apart: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || last.until < next.from) {
      apart.push(next);
    } else {
      apart.splice(-1, 1, { from: last.from, until: Math.max(last.until, next.until) });
    }
  }
  return apart;
}

/** The index of the last level that began before that moment; the first has always been. */
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
