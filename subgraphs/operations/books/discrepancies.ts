import { type Account, type Effect, eventSecondMs, type Finding } from '../../../store/journal/port.ts';
import { answeredTimes } from './circulation-clock.ts';

/**
 * Operations that make several changes under one id. A change may undo the previous one, and is sent only when the
 * outcome of that one is certain. So circulation may have made changes even for a refused operation. `certainAt` is
 * only for the first change.
 */
const severalChanges: ReadonlySet<string> = new Set(['MOVE_HOLD']);

/** The tolerance for clocks that differ, in ms. A change is late only if it was made this long after `certainAt`. */
const clockToleranceMs = 5_000;

/** A discrepancy of an operation, with the event that shows it. */
export type NewFinding = Omit<Finding, 'foundAt'>;

/**
 * Compares one operation in the journal with circulation's changes under its id. While the operation is unsettled, only
 * repeated and late changes are found. It is compared again when it is settled.
 *
 * Example: a check-out is `REFUSED` in the journal, and event 815 lent the item. The finding is `DONE_AFTER_REFUSAL`
 * with event 815. If event 822 also lent the item, there is also `DONE_TWICE` with event 822.
 *
 * @param since the time from which operations are recorded
 * @param aheadMs how far circulation's clock may have been ahead of the journal's when the changes were made. Null for
 *   old changes: whether they were late is not checked again.
 */
export function discrepanciesOf(
  account: Account,
  since: Date,
  aheadMs: number | null,
): readonly NewFinding[] {
  const { operation, effects } = account;
  if (operation === null) {
    const sinceMs = since.getTime() + (aheadMs ?? 0);
    return found('OPERATION_LOST', effects, ({ at }) => at.getTime() + eventSecondMs > sinceMs);
  }
  const { kind, state, certainAt } = operation;
  const isSingleChange = !severalChanges.has(kind);
  const isWronglyRefused = state === 'REFUSED' && isSingleChange;
  const isRepeated = (effect: Effect, index: number) =>
    effects.findIndex((earlier) => earlier.kind === effect.kind) < index;
  // If the answer came in time, the change was made in time. The clocks don't matter then.
  const mayBeLate = isSingleChange && answeredTimes(account) === null;
  const isLate = ({ at }: Effect) =>
    mayBeLate &&
    aheadMs !== null &&
    certainAt !== null &&
    at.getTime() - aheadMs > certainAt.getTime() + clockToleranceMs;
  return [
    ...found('DONE_AFTER_REFUSAL', effects, () => isWronglyRefused),
    ...found('DONE_TWICE', effects, isRepeated),
    ...found('DONE_TOO_LATE', effects, isLate),
  ];
}

/** A finding with the first change for which `shows` is true. Empty if it is true for none. */
function found(
  discrepancy: Finding['discrepancy'],
  effects: readonly Effect[],
  shows: (effect: Effect, index: number) => boolean,
): readonly NewFinding[] {
  const effect = effects.find(shows);
  if (effect === undefined) {
    return [];
  }
  const { operationId, sequence, at } = effect;
  return [{ operationId, discrepancy, sequence, at }];
}
