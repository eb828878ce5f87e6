import type { PlaceKind } from '../../../adapters/journal/port.ts';
import type { BookChange, JournalEntry } from '../history.ts';
import type { Violation } from './violation.ts';

/** Ten loans a patron (R9), and ten reservations (R25), on all cards together. */
export const limit = 10;

type Known = ReadonlyMap<string, JournalEntry>;

/**
 * R9 and R25 in circulation's own books. Whenever something of ours was done, what the patron had was at most ten, but for
 * what desks did after it could be seen: after the reads of the operation itself, and after those of the one that was given
 * its place last of all that the patron had then, for it counted the others. Reads come after their operation was requested,
 * which the journal tells.
 */
export function overruns(changes: readonly BookChange[], known: Known): Violation[] {
  return (['LOAN', 'HOLD'] as const).flatMap((kind) => {
    const ofKind = changes.filter((change) => change.kind === kind);
    const byPatron = Map.groupBy(ofKind, ({ patronId }) => patronId);
    return [...byPatron.values()].flatMap((ofPatron) => overrunsOfPatron(ofPatron, kind, known));
  });
}

function overrunsOfPatron(changes: readonly BookChange[], kind: PlaceKind, known: Known): Violation[] {
  const violations: Violation[] = [];
  const had = new Map<string, BookChange>();
  for (const change of changes) {
    if (change.change === 'ENDED') {
      had.delete(change.id);
      continue;
    }
    had.set(change.id, change);
    if (change.reference === null) {
      continue;
    }
    const operation = known.get(change.reference);
    // What the journal doesn't know has no excuse.
    const requestedAt = operation?.requestedAt ?? Number.POSITIVE_INFINITY;
    const from = Math.max(requestedAt, lastRequestedAt([...had.values()], known));
    const counted = [...had.values()].filter((one) => !isUnforeseen(one, from));
    if (counted.length > limit) {
      const detail = `${change.patronId} had ${counted.length} (${kind}) as ${change.id} was made by ${change.reference}`;
      violations.push({ property: 'never more than ten', detail });
    }
    const same = counted.filter((one) => one.subject === change.subject && one.id !== change.id);
    const isSeen = same.some((one) => !isUnforeseen(one, requestedAt));
    // One that moves is there twice for a moment.
    if (kind === 'HOLD' && isSeen && operation?.kind !== 'MOVE_HOLD') {
      const detail = `${change.patronId} had ${change.subject} reserved as ${change.id} was made by ${change.reference}`;
      violations.push({ property: 'a title once', detail });
    }
  }
  return violations;
}

/** What a desk did from that moment on. */
const isUnforeseen = ({ reference, at }: BookChange, from: number): boolean =>
  reference === null && at >= from;

/** When the operation was requested that was given its place last of all that these came from. */
function lastRequestedAt(had: readonly BookChange[], known: Known): number {
  const ours = had.flatMap(({ reference }) => (reference === null ? [] : (known.get(reference) ?? [])));
  const last = Math.max(...ours.map(({ place }) => place?.reservedAt ?? Number.NEGATIVE_INFINITY));
  const latest = ours.filter(({ place }) => place?.reservedAt === last);
  return Math.min(...latest.map((operation) => operation.requestedAt));
}
