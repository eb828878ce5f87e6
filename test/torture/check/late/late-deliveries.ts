import type { History, JournalEntry, Moment, RecordChange } from '../../history.ts';
import { effectOf } from '../effects.ts';
import { maxPerPatron } from '../patron-limits.ts';
import type { Violation } from '../violation.ts';
import type { LateDelivery } from './late-delivery.ts';

type Observed = Pick<
  History,
  | 'effects'
  | 'journal'
  | 'deliveries'
  | 'confirmations'
  | 'appliedLate'
  | 'alarms'
  | 'settlingMs'
  | 'mayArriveLate'
>;

/**
 * The effects of requests that were delivered twice or too late. No client of circulation could have prevented them.
 * There are two kinds:
 * - `nth` 0: circulation answered (`FindByRef`) that it had not made the change, and the operation was settled as
 *   refused. Then circulation made the change, in a second delivery, or after the settling time if requests may arrive
 *   so late;
 * - `nth` 1: the change was made a second time.
 *
 * An effect before circulation's answer is not a late delivery, because the answer should have shown it.
 *
 * Example: `a` is sent at 15 ms. Circulation is asked about it at 25 ms and doesn't know it. It is refused at 30 ms. A
 * second delivery lends at 5,025 ms. The result is `{ reference: 'a', nth: 0, delayMs: 5_000 }`.
 */
export function lateDeliveries(observed: Observed): readonly LateDelivery[] {
  const { effects, journal, deliveries, confirmations, appliedLate, alarms } = observed;
  const { settlingMs, mayArriveLate } = observed;
  const alarmedIds = new Set(alarms);
  const effectsById = Map.groupBy(effects, ({ reference }) => reference);
  return journal.flatMap((entry) => {
    const { id: reference } = entry;
    const certainAt = (entry.sendBy ?? 0) + (entry.settlingMs ?? settlingMs);
    const isAlarmed = alarmedIds.has(reference);
    const effectsByEvent = Map.groupBy(effectsById.get(reference) ?? [], ({ event }) => event);
    return [...effectsByEvent.values()].flatMap((sameEvent): LateDelivery[] => {
      const [first, second] = sameEvent;
      if (first === undefined) {
        return [];
      }
      const confirmedAt = refusalConfirmedAt(entry, confirmations.get(reference) ?? []);
      const isOfLaterDelivery = (deliveries.get(reference)?.[0] ?? first.at) < first.at;
      const isAfterSettlingTime = (mayArriveLate || appliedLate.has(reference)) && first.at > certainAt;
      // A first delivery within the settling time is not late. In that case the operation was refused too early.
      const isLate = isRefusedFirst(entry) && (isOfLaterDelivery || isAfterSettlingTime);
      if (isLate && confirmedAt !== null && first.at > confirmedAt) {
        const isBeforeCertain = first.at <= certainAt;
        return [{ reference, nth: 0, delayMs: first.at - confirmedAt, isAlarmed, isBeforeCertain }];
      }
      const delayMs = (second?.at ?? first.at) - first.at;
      return second === undefined ? [] : [{ reference, nth: 1, delayMs, isAlarmed, isBeforeCertain: false }];
    });
  });
}

/**
 * Whether the operation was first refused. A refused move of a hold is excluded: it has made changes and undone them.
 */
const isRefusedFirst = ({ kind, firstState }: JournalEntry): boolean =>
  firstState === 'REFUSED' && effectOf[kind] != null;

/**
 * The time of circulation's last answer before the operation was settled. Without an answer, the time of settling; null
 * if the operation is unsettled.
 */
function refusalConfirmedAt({ settledAt }: JournalEntry, confirmations: readonly Moment[]): Moment | null {
  if (settledAt === null) {
    return null;
  }
  return confirmations.findLast((at) => at <= settledAt) ?? settledAt;
}

/**
 * No operation is refused if circulation could have answered that it was done.
 *
 * Example of a violation: `a` lends at 24 ms, circulation is asked about `a` at 25 ms, and `a` is refused at 30 ms. A
 * later check has corrected `a` to `DONE`, but its client already had the answer `REFUSED`.
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
 * The changes, without references for late deliveries that raised an alarm. Such a change is treated like a change by a
 * desk: later operations must count it, and earlier operations could not foresee it. Two kinds still belong to their
 * operation: late deliveries without an alarm, and those before the operation's outcome was certain, because a refused
 * operation holds its place until then.
 */
export function withLateAsDesk(
  changes: readonly RecordChange[],
  late: readonly LateDelivery[],
): readonly RecordChange[] {
  const firstLateNth = new Map(
    late.flatMap((one) => (one.isAlarmed && !one.isBeforeCertain ? [[one.reference, one.nth] as const] : [])),
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

/** The delays of late deliveries with an alarm that gave a patron more than ten loans or holds, in ms. */
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
