import type { BookChange, Effect, JournalEntry } from '../history.ts';
import type { LateDelivery } from './late-delivery.ts';
import type { Violation } from './violation.ts';

/** What is left in circulation's books by an operation that is done. */
export const effectOf: Readonly<Record<string, Effect['event'] | null>> = {
  CHECK_OUT: 'OUT',
  CHECK_IN: 'IN',
  RENEW_LOAN: 'RNW',
  PLACE_HOLD: 'HLD',
  CANCEL_HOLD: 'UNH',
  // Its parts are operations of their own.
  RENEW_ALL_LOANS: null,
};

/**
 * Every DONE has exactly one effect, every REFUSED none, no reference two; and nothing was done that the journal doesn't
 * know.
 */
export function wrongEffects(
  effects: readonly Effect[],
  journal: readonly JournalEntry[],
  late: readonly LateDelivery[],
): Violation[] {
  const again = new Set(late.flatMap((one) => (one.isAlarmed && one.nth === 1 ? one.reference : [])));
  const byReference = Map.groupBy(effects, ({ reference }) => reference);
  const known = new Set(journal.map(({ id }) => id));
  const stray = [...byReference.keys()]
    .filter((reference) => !known.has(reference))
    .map((reference) =>
      violation(`${reference} is in circulation's books, and the journal has no such operation`),
    );
  const wrong = journal.flatMap((operation) => {
    const { id, kind, state, problem } = operation;
    const events = (byReference.get(id) ?? []).map(({ event }) => event);
    const found = again.has(id) ? [...new Set(events)] : events;
    if (isRight(operation, found)) {
      return [];
    }
    return violation(`${kind} ${id} is ${state} (${problem}), and did: ${found.join(' ') || 'nothing'}`);
  });
  return [...stray, ...wrong];
}

function isRight({ kind, state }: JournalEntry, found: readonly Effect['event'][]): boolean {
  // A move is two changes, and undoes the first where the second has no point.
  if (kind === 'MOVE_HOLD') {
    return ['', 'HLD', 'HLD UNH'].includes(found.join(' '));
  }
  // What is not settled may have been done; that it isn't settled is told by another property.
  if (state === 'UNSETTLED') {
    return found.length <= 1;
  }
  return found.join(' ') === (state === 'DONE' ? (effectOf[kind] ?? '') : '');
}

/** What came of a place is what it was given for: that patron's, and that item or title. */
export function misplaced(
  changes: readonly BookChange[],
  known: ReadonlyMap<string, JournalEntry>,
): Violation[] {
  return changes.flatMap(({ change, id, reference, patronId, subject }) => {
    const operation = reference === null ? undefined : known.get(reference);
    if (change !== 'BEGUN' || operation === undefined) {
      return [];
    }
    const { place, patronId: whose } = operation;
    if (place?.subject === subject && whose === patronId) {
      return [];
    }
    return [
      violation(`${id} is ${patronId}'s, of ${subject}; ${reference} was ${whose}'s, of ${place?.subject}`),
    ];
  });
}

const violation = (detail: string): Violation => ({ property: 'one effect or none', detail });
