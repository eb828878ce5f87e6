import type { CirculationEvent, CirculationEventKind } from '../../adapters/circulation/port.ts';
import type { DueOperation, Operation } from '../../adapters/journal/port.ts';
import { alarmed, lookAgainMs, onceMoreMs, untilOnceMore, whatBecame } from '../circulation-change.ts';
import type { Look } from '../settler.ts';
import type { Lending } from './lending.ts';
import { endMove } from './own-hold.ts';
import { completeWhole } from './renew-all.ts';
import type { Result } from './result.ts';

/** How each kind of operation of this subgraph is looked after. */
export function looksOf(lending: Lending): Readonly<Record<string, Look>> {
  const forEvent =
    (kind: CirculationEventKind): Look =>
    (due, signal) =>
      lookForEvent(lending, due, kind, signal);
  return {
    CHECK_OUT: forEvent('CHECKED_OUT'),
    CHECK_IN: forEvent('CHECKED_IN'),
    RENEW_LOAN: forEvent('RENEWED'),
    PLACE_HOLD: forEvent('HOLD_PLACED'),
    CANCEL_HOLD: forEvent('HOLD_CANCELLED'),
    RENEW_ALL_LOANS: async ({ operation }) =>
      (await completeWhole(lending, operation)).state === 'UNSETTLED' ? lookAgainMs : null,
    MOVE_HOLD: (due, signal) => endMove(lending, due, signal),
  };
}

/** Of one change that was sent, or was not; also once more of one that was concluded to be not done. */
async function lookForEvent(
  lending: Lending,
  due: DueOperation,
  kind: CirculationEventKind,
  signal: AbortSignal,
): Promise<number | null> {
  const { journal, log } = lending;
  const { operation } = due;
  const became = await whatBecame(lending, due, kind, signal);
  if (became === 'open') return lookAgainMs;
  if (became !== 'never') {
    const result = resultOfEvent(operation, became);
    alarmed(await journal.settle(operation.id, { state: 'DONE', result }), log);
    return null;
  }
  if (operation.state !== 'UNSETTLED') return untilOnceMore(due);
  const result: Result = { problem: 'SYSTEM_UNAVAILABLE', ...patronOf(operation) };
  const { sendBy } = operation;
  // Without a time to send by it has reserved nothing and sent nothing, and from now on can't.
  const once = sendBy === null ? null : onceMoreMs;
  const { operation: now } = await journal.settle(operation.id, {
    state: 'REFUSED',
    result,
    sendBy,
    ...(once !== null && { lookAfterMs: once }),
  });
  return now.state === 'UNSETTLED' ? lookAgainMs : once;
}

function resultOfEvent(operation: Operation, event: CirculationEvent): Result {
  return {
    ...patronOf(operation),
    ...(event.libraryCardNumber !== null && { libraryCardNumber: event.libraryCardNumber }),
    ...(event.loanId !== null && { loanId: event.loanId }),
  };
}

const patronOf = ({ place }: Operation): Result => (place === null ? {} : { patronId: place.patronId });
