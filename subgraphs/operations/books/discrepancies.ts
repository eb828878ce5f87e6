import type { Account, Effect, Finding } from '../../../store/journal/port.ts';

/**
 * Operations that make several changes under one id. Each change is sent when the one before is certain, and may undo it. So a
 * refused operation may have effects, and its later effects come after the time that was recorded for its first.
 */
const severalChanges: ReadonlySet<string> = new Set(['MOVE_HOLD']);

/** How far circulation's clock may be ahead of the journal's before an effect counts as too late, in ms. */
const clockToleranceMs = 5_000;

/** An event at 12:00:00 was made before 12:00:01. */
const eventSecondMs = 1_000;

/** What is wrong about an operation, with the event that shows it. */
export type NewFinding = Omit<Finding, 'foundAt'>;

/**
 * Compares what the journal says of one operation with what circulation did under its id. An unsettled operation can't be
 * judged yet, and is compared again once it is settled. `since`: operations are recorded from then on.
 *
 * A check-out is `REFUSED` in the journal, and event 815 lent the item: `DONE_AFTER_REFUSAL` by 815. With another such event,
 * 822, also `DONE_TWICE` by 822.
 */
export function discrepanciesOf(account: Account, since: Date): readonly NewFinding[] {
  const { operation, effects } = account;
  if (operation === null) {
    return found('OPERATION_LOST', effects, ({ at }) => at.getTime() + eventSecondMs > since.getTime());
  }
  const { kind, state, certainAt } = operation;
  const isSingleChange = !severalChanges.has(kind);
  const isWronglyRefused = state === 'REFUSED' && isSingleChange;
  const isRepeated = (effect: Effect, index: number) =>
    effects.findIndex((earlier) => earlier.kind === effect.kind) < index;
  const isLate = ({ at }: Effect) =>
    isSingleChange && certainAt !== null && at.getTime() > certainAt.getTime() + clockToleranceMs;
  return [
    ...found('DONE_AFTER_REFUSAL', effects, () => isWronglyRefused),
    ...found('DONE_TWICE', effects, isRepeated),
    ...found('DONE_TOO_LATE', effects, isLate),
  ];
}

/** A finding by the first of the effects that shows it; none if no effect does. */
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
