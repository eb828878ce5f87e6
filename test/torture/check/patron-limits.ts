import type { PlaceKind } from '../../../store/journal/port.ts';
import type { JournalEntry, RecordChange } from '../history.ts';
import type { Violation } from './violation.ts';

/** The limit of loans (R9) and of holds (R25) for each patron, on all cards. */
export const maxPerPatron = 10;

type EntriesById = ReadonlyMap<string, JournalEntry>;

/**
 * The limit of ten in circulation's records (R9, R25): whenever one of our operations makes a loan (or hold), its
 * patron then has at most ten. An operation also never places a second hold on a title.
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
    // An operation that isn't in the journal must have foreseen all loans.
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
    // While a hold is moved, it exists twice for a moment.
    if (kind === 'HOLD' && isSeen && entry?.kind !== 'MOVE_HOLD') {
      const detail = `${change.patronId} had a hold on ${change.subject} already ${by}`;
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
