import type { Effect, History, JournalEntry, RecordChange } from '../history.ts';
import type { LateDelivery } from './late/late-delivery.ts';
import type { Violation } from './violation.ts';

/** The event in circulation's records for a done operation of each kind; null if there is none. */
export const effectOf: Readonly<Record<string, Effect['event'] | null>> = {
  CHECK_OUT: 'OUT',
  CHECK_IN: 'IN',
  RENEW_LOAN: 'RNW',
  PLACE_HOLD: 'HLD',
  CANCEL_HOLD: 'UNH',
  // Each renewal is an operation of its own, with its own event.
  RENEW_LOANS: null,
  RENEW_ALL_LOANS: null,
  // The steps of turns of a standing. The turns themselves have no event.
  REGISTER_CARD: 'REG',
  BLOCK_CARD: 'BLK',
  UNBLOCK_CARD: 'UBK',
  END_HOLD: 'UNH',
  TAKE_PLACES: null,
  SUSPEND_PATRON: null,
  LIFT_SUSPENSION: null,
  CLOSE_PATRON: null,
  REOPEN_PATRON: null,
  // The turns of two records of one person. What circulation changes for them is a step, as above.
  MERGE_PATRONS: null,
  CLOSE_MERGED_PATRON: null,
  MOVE_HOLDS: null,
  ERASE_PATRON: null,
};

/**
 * Every `DONE` operation has exactly one effect in circulation's records, every `REFUSED` operation has none, and an
 * unsettled operation has at most one. Every effect belongs to an operation in the journal. A second effect of an
 * operation is excused if a replica raised an alarm about the operation.
 *
 * Example of a violation: check-out `a` is `DONE` in the journal, and circulation has two `OUT` events under `a`.
 */
export function wrongEffects(
  effects: readonly Effect[],
  journal: readonly JournalEntry[],
  late: readonly LateDelivery[],
  foreign: History['foreign'],
): Violation[] {
  const excusedTwice = new Set(late.flatMap((one) => (one.isAlarmed && one.nth === 1 ? one.reference : [])));
  const effectsById = Map.groupBy(effects, ({ reference }) => reference);
  const journalIds = new Set(journal.map(({ id }) => id));
  const stray = [...effectsById.keys()]
    .filter((id) => !journalIds.has(id) && !foreign.has(id))
    .map((id) => violation(`circulation has a change under ${id}, and the journal has no such operation`));
  const wrong = journal.flatMap((entry) => {
    const { id, kind, state, problem } = entry;
    const events = (effectsById.get(id) ?? []).map(({ event }) => event);
    const counted = excusedTwice.has(id) ? [...new Set(events)] : events;
    if (isExpected(entry, counted)) {
      return [];
    }
    return violation(
      `${kind} ${id} is ${state} (${problem}); its effects are: ${counted.join(' ') || 'none'}`,
    );
  });
  return [...stray, ...wrong];
}

function isExpected({ kind, state }: JournalEntry, events: readonly Effect['event'][]): boolean {
  // A move makes two changes. It undoes the first change if the second is not needed.
  if (kind === 'MOVE_HOLD') {
    return ['', 'HLD', 'HLD UNH'].includes(events.join(' '));
  }
  // An unsettled operation may have been done, so it may have one event. Another property checks that it is settled.
  if (state === 'UNSETTLED') {
    return events.length <= 1;
  }
  return events.join(' ') === (state === 'DONE' ? (effectOf[kind] ?? '') : '');
}

/**
 * A loan or hold of an operation has the patron, and the item or title, of the operation's reserved place.
 *
 * Example of a violation: `a` reserved a place for patron P1, and the loan of `a` is on a card of P2.
 */
export function misattributedEffects(
  changes: readonly RecordChange[],
  entriesById: ReadonlyMap<string, JournalEntry>,
): Violation[] {
  return changes.flatMap(({ change, id, reference, patronId, subject }) => {
    const entry = reference === null ? undefined : entriesById.get(reference);
    if (change !== 'BEGUN' || entry === undefined) {
      return [];
    }
    if (entry.place?.subject === subject && entry.patronId === patronId) {
      return [];
    }
    return [
      violation(
        `${id} belongs to ${patronId} and is of ${subject}; ` +
          `${reference} was of patron ${entry.patronId} and of ${entry.place?.subject}`,
      ),
    ];
  });
}

const violation = (detail: string): Violation => ({ property: 'exactly one effect or none', detail });
