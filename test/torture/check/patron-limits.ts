import type { PlaceKind } from '../../../store/journal/port.ts';
import type { JournalEntry, Merge, RecordChange } from '../history.ts';
import { quotaOwner } from './merges/quota-owner.ts';
import type { Violation } from './violation.ts';

/** The limit of loans (R9) and of holds (R25) for each patron, on all cards. */
export const maxPerPatron = 10;

type EntriesById = ReadonlyMap<string, JournalEntry>;

/**
 * The limit of ten in circulation's records (R9, R25): whenever one of our operations makes a loan (or hold), its
 * patron then has at most ten. An operation also never places a second hold on a title. After two records were merged,
 * those of both count together, for each operation that reserved its place after the merge.
 *
 * Desks lend without the graph. An operation can't foresee what desks lend after it has read the patron's loans. A
 * desk's loan is not counted if it was made after both of these times:
 * - the request of this operation, which is before its reads;
 * - the request of the operation that reserved its place last among the patron's present loans, because that operation
 *   counted all the others.
 *
 * Examples:
 * - ten loans of ours are requested one after another, and then an eleventh: a violation.
 * - the patron has nine loans of ours and a desk's loan at 890 ms, and a check-out requested at 900 ms lends another: a
 *   violation, because it should have seen the desk's loan.
 * - the same with the desk's loan at 905 ms: no violation.
 * - P2 with five loans was merged into P1 with five, and P1 borrows another afterwards: a violation.
 */
export function exceededLimits(
  changes: readonly RecordChange[],
  entriesById: EntriesById,
  merges: readonly Merge[],
): Violation[] {
  return (['LOAN', 'HOLD'] as const).flatMap((kind) => {
    const changesOfKind = changes.filter((change) => change.kind === kind);
    const changesByPerson = Map.groupBy(changesOfKind, ({ patronId }) =>
      quotaOwner(merges, patronId, Number.POSITIVE_INFINITY),
    );
    return [...changesByPerson.values()].flatMap((ofPerson) =>
      exceededByPerson(ofPerson, kind, entriesById, merges),
    );
  });
}

function exceededByPerson(
  changes: readonly RecordChange[],
  kind: PlaceKind,
  entriesById: EntriesById,
  merges: readonly Merge[],
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
    // For an operation that isn't in the journal, every loan of a desk is counted.
    const requestedAt = entry?.requestedAt ?? Number.POSITIVE_INFINITY;
    const reservedAt = entry?.place?.reservedAt ?? Number.POSITIVE_INFINITY;
    const owner = quotaOwner(merges, change.patronId, reservedAt);
    const together = [...held.values()].filter(
      ({ patronId }) => quotaOwner(merges, patronId, reservedAt) === owner,
    );
    const foreseenUntil = Math.max(requestedAt, lastReserverRequestedAt(together, entriesById));
    const counted = together.filter((one) => !isDeskAfter(one, foreseenUntil));
    const by = `when ${change.reference} made ${change.id}`;
    if (counted.length > maxPerPatron) {
      const detail = `${owner} had ${counted.length} (${kind}) ${by}`;
      violations.push({ property: 'at most ten per patron', detail });
    }
    const sameSubject = counted.filter((one) => one.subject === change.subject && one.id !== change.id);
    const isSeen = sameSubject.some((one) => !isDeskAfter(one, requestedAt));
    // While a hold is moved, it exists twice for a moment.
    if (kind === 'HOLD' && isSeen && entry?.kind !== 'MOVE_HOLD') {
      const detail = `${owner} had a hold on ${change.subject} already ${by}`;
      violations.push({ property: 'no duplicate hold', detail });
    }
  }
  return violations;
}

/** Whether a desk made the change at or after the moment. */
const isDeskAfter = ({ reference, at }: RecordChange, moment: number): boolean =>
  reference === null && at >= moment;

/**
 * Finds the operation that reserved its place last, among the operations of the loans (or holds) in `held`. Returns the
 * time of the operation's request.
 */
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
