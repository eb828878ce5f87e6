import type { PlaceKind } from '../../../store/journal/port.ts';
import type { JournalEntry, RecordChange } from '../history.ts';
import type { Violation } from './violation.ts';

/** Ten loans (R9) and ten holds (R25) for each patron, on all cards. */
export const maxPerPatron = 10;

type EntriesById = ReadonlyMap<string, JournalEntry>;

/**
 * The limit of ten in circulation's records (R9, R25): a patron has at most ten loans (or holds) whenever one of our operations makes
 * one. An operation also never places a second hold on a title.
 *
 * Desks lend without the graph. An operation can't foresee what desks lend after it has read the patron's loans. A desk's loan does
 * not count if it came
 * - after this operation was requested, which is before its reads, and
 * - after the request of the operation whose place was reserved last among those that the patron has now, because that operation
 *   counted all the others.
 *
 * Examples, with a limit of ten:
 * - ten loans of ours, requested one after another, and an eleventh: a violation.
 * - nine loans of ours and a desk's loan at 890 ms; a check-out requested at 900 ms lends another: a violation, because it should have
 *   seen the desk's loan.
 * - the same with the desk's loan at 905 ms: no violation.
 */
export function exceededLimits(changes: readonly RecordChange[], entriesById: EntriesById): Violation[] {
  return (['LOAN', 'HOLD'] as const).flatMap((kind) => {
    const changesOfKind = changes.filter((change) => change.kind === kind);
    const changesByPatron = Map.groupBy(changesOfKind, ({ patronId }) => patronId);
    return [...changesByPatron.values()].flatMap((ofPatron) => exceededByPatron(ofPatron, kind, entriesById));
  });
}

function exceededByPatron(
  changes: readonly RecordChange[],
  kind: PlaceKind,
  entriesById: EntriesById,
): Violation[] {
  const violations: Violation[] = [];
  const held = new Map<string, RecordChange>();
  for (const change of changes) {
    if (change.change === 'ENDED') {
      held.delete(change.id);
      continue;
    }
    held.set(change.id, change);
    if (change.reference === null) {
      continue;
    }
    const entry = entriesById.get(change.reference);
    // An operation that isn't in the journal has no excuse.
    const requestedAt = entry?.requestedAt ?? Number.POSITIVE_INFINITY;
    const foreseenUntil = Math.max(requestedAt, lastReserverRequestedAt([...held.values()], entriesById));
    const counted = [...held.values()].filter((one) => !isDeskAfter(one, foreseenUntil));
    const by = `when ${change.reference} made ${change.id}`;
    if (counted.length > maxPerPatron) {
      const detail = `${change.patronId} had ${counted.length} (${kind}) ${by}`;
      violations.push({ property: 'at most ten per patron', detail });
    }
    const sameSubject = counted.filter((one) => one.subject === change.subject && one.id !== change.id);
    const isSeen = sameSubject.some((one) => !isDeskAfter(one, requestedAt));
    // A hold that is moved exists twice for a moment.
    if (kind === 'HOLD' && isSeen && entry?.kind !== 'MOVE_HOLD') {
      const detail = `${change.patronId} had a hold on ${change.subject} already ${by}`;
      violations.push({ property: 'no duplicate hold', detail });
    }
  }
  return violations;
}

/** Whether a desk made it at that moment or later. */
const isDeskAfter = ({ reference, at }: RecordChange, moment: number): boolean =>
  reference === null && at >= moment;

/** The time of the request of the operation that reserved its place last among these. */
function lastReserverRequestedAt(held: readonly RecordChange[], entriesById: EntriesById): number {
  const entries = held.flatMap(({ reference }) =>
    reference === null ? [] : (entriesById.get(reference) ?? []),
  );
  const lastReservedAt = Math.max(
    ...entries.map(({ place }) => place?.reservedAt ?? Number.NEGATIVE_INFINITY),
  );
  const lastReservers = entries.filter(({ place }) => place?.reservedAt === lastReservedAt);
  return Math.min(...lastReservers.map(({ requestedAt }) => requestedAt));
}
