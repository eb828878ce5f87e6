import type { BookChange, History, JournalEntry, Moment } from '../history.ts';
import { effectOf } from './effects.ts';
import type { LateDelivery } from './late-delivery.ts';
import { limit } from './patron-limits.ts';
import type { Violation } from './violation.ts';

type Told = Pick<History, 'effects' | 'journal' | 'deliveries' | 'confirmations' | 'alarms' | 'settlingMs'>;

/**
 * What a request that was delivered twice, or too late, led to, where nothing could be done about it any more. What was done
 * before circulation was asked what the refused request had led to is not among them: that, no answer excuses.
 */
export function lateDeliveries(told: Told): readonly LateDelivery[] {
  const { effects, journal, deliveries, confirmations, alarms, settlingMs } = told;
  const alarmed = new Set(alarms);
  const byReference = Map.groupBy(effects, ({ reference }) => reference);
  return journal.flatMap((operation) => {
    const { id: reference } = operation;
    const isAlarmed = alarmed.has(reference);
    const ofKind = Map.groupBy(byReference.get(reference) ?? [], ({ event }) => event);
    return [...ofKind.values()].flatMap((same): LateDelivery[] => {
      const [first, second] = same;
      if (first === undefined) {
        return [];
      }
      const refusedAt = confirmedAt(operation, confirmations.get(reference) ?? []);
      // The only delivery, within its time, is not late: then it was given up too early.
      const isSecond = (deliveries.get(reference)?.[0] ?? first.at) < first.at;
      const isOver = first.at > (operation.sendBy ?? 0) + (operation.settlingMs ?? settlingMs);
      const isLate = isRefusedFirst(operation) && (isSecond || isOver);
      if (isLate && refusedAt !== null && first.at > refusedAt) {
        return [{ reference, nth: 0, delayMs: first.at - refusedAt, isAlarmed }];
      }
      return second === undefined ? [] : [{ reference, nth: 1, delayMs: second.at - first.at, isAlarmed }];
    });
  });
}

/** A move is refused with the changes that it made and undid. */
const isRefusedFirst = ({ kind, firstState }: JournalEntry): boolean =>
  firstState === 'REFUSED' && effectOf[kind] != null;

/** When circulation was last asked before the operation was settled; when it was settled, where it was not asked at all. */
function confirmedAt({ settledAt }: JournalEntry, asked: readonly Moment[]): Moment | null {
  if (settledAt === null) {
    return null;
  }
  return asked.findLast((at) => at <= settledAt) ?? settledAt;
}

/** An operation that was refused though circulation could have told that it had been done. */
export function believedRefusals(
  { effects, journal, confirmations }: Told,
  late: readonly LateDelivery[],
): Violation[] {
  const known = new Set(late.map(({ reference }) => reference));
  const done = new Set(effects.map(({ reference }) => reference));
  return journal.flatMap((operation) => {
    const { id, kind, state } = operation;
    const isBelieved = isRefusedFirst(operation) && state === 'DONE' && done.has(id) && !known.has(id);
    if (!isBelieved) {
      return [];
    }
    const asked = confirmations.get(id)?.length ?? 0;
    const detail = `${kind} ${id} was refused, and had been done by then; circulation was asked ${asked} times`;
    return [{ property: 'one effect or none', detail } as const];
  });
}

/**
 * The books, with what came of late deliveries as if a desk had done it: seen by whoever reads after it, and foreseen by nobody.
 * Only where an alarm was raised.
 */
export function withoutLate(
  changes: readonly BookChange[],
  late: readonly LateDelivery[],
): readonly BookChange[] {
  const from = new Map(late.flatMap((one) => (one.isAlarmed ? [[one.reference, one.nth] as const] : [])));
  const counts = new Map<string, number>();
  return changes.map((change) => {
    const { reference } = change;
    const nth = reference === null || change.change !== 'BEGUN' ? undefined : from.get(reference);
    if (reference === null || nth === undefined) {
      return change;
    }
    const before = counts.get(reference) ?? 0;
    counts.set(reference, before + 1);
    return before < nth ? change : { ...change, reference: null };
  });
}

/** The delays of late deliveries that a patron had an eleventh loan, or hold, by. */
export function overrunDelays(
  changes: readonly BookChange[],
  late: readonly LateDelivery[],
): readonly number[] {
  const asDesk = withoutLate(changes, late);
  const delayOf = new Map(late.map(({ reference, delayMs }) => [reference, delayMs]));
  const had = new Map<string, Set<string>>();
  return changes.flatMap(({ change, id, kind, patronId, reference }, index) => {
    const key = `${kind} ${patronId}`;
    const ofPatron = had.get(key) ?? new Set();
    had.set(key, ofPatron);
    if (change === 'ENDED') {
      ofPatron.delete(id);
    } else {
      ofPatron.add(id);
    }
    const isLate = reference !== null && asDesk[index]?.reference === null;
    return isLate && ofPatron.size > limit ? [delayOf.get(reference) ?? 0] : [];
  });
}
