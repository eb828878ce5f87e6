import type { History, JournalEntry, Moment, RecordChange } from '../history.ts';
import { effectOf } from './effects.ts';
import type { LateDelivery } from './late-delivery.ts';
import { maxPerPatron } from './patron-limits.ts';
import type { Violation } from './violation.ts';

type Observed = Pick<
  History,
  'effects' | 'journal' | 'deliveries' | 'confirmations' | 'alarms' | 'settlingMs' | 'mayArriveLate'
>;

/**
 * Effects of requests that were delivered twice or too late, so that no client of circulation could have prevented them.
 * Two kinds:
 * - `nth` 0: the operation was settled as refused, circulation had confirmed (`FindByRef`) that it had done nothing, and
 *   did it afterwards: in a second delivery, or after the settling time where a request may arrive as late as that;
 * - `nth` 1: the change was made a second time.
 *
 * An effect from before that confirmation is not among them: the answer should have shown it, and nothing excuses that.
 *
 * Example: `a` is sent at 15 ms; circulation is asked about it at 25 ms and knows nothing; it is refused at 30 ms; a
 * second delivery lends at 5,025 ms. That is `{ reference: 'a', nth: 0, delayMs: 5_000 }`.
 */
export function lateDeliveries(observed: Observed): readonly LateDelivery[] {
  const { effects, journal, deliveries, confirmations, alarms, settlingMs, mayArriveLate } = observed;
  const alarmedIds = new Set(alarms);
  const effectsById = Map.groupBy(effects, ({ reference }) => reference);
  return journal.flatMap((entry) => {
    const { id: reference } = entry;
    const isAlarmed = alarmedIds.has(reference);
    const effectsByEvent = Map.groupBy(effectsById.get(reference) ?? [], ({ event }) => event);
    return [...effectsByEvent.values()].flatMap((sameEvent): LateDelivery[] => {
      const [first, second] = sameEvent;
      if (first === undefined) {
        return [];
      }
      const confirmedAt = refusalConfirmedAt(entry, confirmations.get(reference) ?? []);
      const isOfLaterDelivery = (deliveries.get(reference)?.[0] ?? first.at) < first.at;
      const isAfterSettlingTime =
        mayArriveLate && first.at > (entry.sendBy ?? 0) + (entry.settlingMs ?? settlingMs);
      // The only delivery, within its time, is not late: the operation was given up too early.
      const isLate = isRefusedFirst(entry) && (isOfLaterDelivery || isAfterSettlingTime);
      if (isLate && confirmedAt !== null && first.at > confirmedAt) {
        return [{ reference, nth: 0, delayMs: first.at - confirmedAt, isAlarmed }];
      }
      return second === undefined ? [] : [{ reference, nth: 1, delayMs: second.at - first.at, isAlarmed }];
    });
  });
}

/** A refused move of a hold is no such operation: it has made changes and undone them. */
const isRefusedFirst = ({ kind, firstState }: JournalEntry): boolean =>
  firstState === 'REFUSED' && effectOf[kind] != null;

/** The last confirmation before the operation was settled; where there was none, the moment of settling. */
function refusalConfirmedAt({ settledAt }: JournalEntry, confirmations: readonly Moment[]): Moment | null {
  if (settledAt === null) {
    return null;
  }
  return confirmations.findLast((at) => at <= settledAt) ?? settledAt;
}

/**
 * No operation is refused although circulation could have told that it was done.
 *
 * Example of a violation: `a` lends at 24 ms, circulation is asked about `a` at 25 ms, and `a` is refused at 30 ms. A
 * later check has corrected it to `DONE`; its client had been told a refusal.
 */
export function unjustifiedRefusals(
  { effects, journal, confirmations }: Observed,
  late: readonly LateDelivery[],
): Violation[] {
  const lateIds = new Set(late.map(({ reference }) => reference));
  const idsWithEffect = new Set(effects.map(({ reference }) => reference));
  return journal.flatMap((entry) => {
    const { id, kind, state } = entry;
    const isUnjustified =
      isRefusedFirst(entry) && state === 'DONE' && idsWithEffect.has(id) && !lateIds.has(id);
    if (!isUnjustified) {
      return [];
    }
    const count = confirmations.get(id)?.length ?? 0;
    const detail = `${kind} ${id} was refused although it was done; circulation was asked about it ${count} times`;
    return [{ property: 'exactly one effect or none', detail } as const];
  });
}

/**
 * The changes, in which an alarmed late delivery looks like a desk's: without a reference. Who reads after it must count
 * it, and nobody could foresee it. Without an alarm it stays the operation's.
 */
export function withLateAsDesk(
  changes: readonly RecordChange[],
  late: readonly LateDelivery[],
): readonly RecordChange[] {
  const firstLateNth = new Map(
    late.flatMap((one) => (one.isAlarmed ? [[one.reference, one.nth] as const] : [])),
  );
  const begunCounts = new Map<string, number>();
  return changes.map((change) => {
    const { reference } = change;
    const nth = reference === null || change.change !== 'BEGUN' ? undefined : firstLateNth.get(reference);
    if (reference === null || nth === undefined) {
      return change;
    }
    const begunBefore = begunCounts.get(reference) ?? 0;
    begunCounts.set(reference, begunBefore + 1);
    return begunBefore < nth ? change : { ...change, reference: null };
  });
}

/** The delays, in ms, of the alarmed late deliveries by which a patron came to an eleventh loan, or hold. */
export function limitExceedingDelays(
  changes: readonly RecordChange[],
  late: readonly LateDelivery[],
): readonly number[] {
  const asDesk = withLateAsDesk(changes, late);
  const delaysById = new Map(late.map(({ reference, delayMs }) => [reference, delayMs]));
  const heldByPatron = new Map<string, Set<string>>();
  return changes.flatMap(({ change, id, kind, patronId, reference }, index) => {
    const key = `${kind} ${patronId}`;
    const held = heldByPatron.get(key) ?? new Set();
    heldByPatron.set(key, held);
    if (change === 'ENDED') {
      held.delete(id);
    } else {
      held.add(id);
    }
    const isLate = reference !== null && asDesk[index]?.reference === null;
    return isLate && held.size > maxPerPatron ? [delaysById.get(reference) ?? 0] : [];
  });
}
