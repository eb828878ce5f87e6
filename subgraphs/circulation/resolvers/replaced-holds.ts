import type { Hold, HoldState } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { parentIdOf } from '../../operations/ledger.ts';
import type { CirculationContext } from '../context.ts';

/** The schema's `HoldState`. Circulation has no `REPLACED`: it shows a replaced hold as `CANCELLED`. */
export type ShownHoldState = HoldState | 'REPLACED';
type ShownHold = Omit<Hold, 'state'> & { readonly state: ShownHoldState };

/**
 * The holds, with the state `REPLACED` in place of `CANCELLED` if a hold was cancelled for a new one. This happens in a
 * renewal (R23), and when the hold's card or branch changes (R25). The operation that placed the new hold shows which
 * hold it replaced. The journal keeps an operation for 30 days. After that, the old hold is shown as `CANCELLED` again.
 */
export async function withReplaced(
  holds: readonly Hold[],
  { services: { journal } }: CirculationContext,
): Promise<readonly ShownHold[]> {
  const cancelledTitles = new Set(
    holds.filter(({ state }) => state === 'CANCELLED').map(({ titleNumber }) => titleNumber),
  );
  const references = holds.flatMap(({ titleNumber, reference }) =>
    reference !== null && isOperationId.test(reference) && cancelledTitles.has(titleNumber)
      ? [reference]
      : [],
  );
  const operations = await Promise.all(references.map((id) => journal.findById(id)));
  const replacedIds = new Set(operations.map((operation) => operation && replacedBy(operation)));
  return holds.map((hold) =>
    hold.state === 'CANCELLED' && replacedIds.has(hold.id) ? { ...hold, state: 'REPLACED' } : hold,
  );
}

/** The form of an operation's id. A desk may give a hold any other reference. */
const isOperationId = /^[0-9A-Za-z]{22}$/;

/** The id of the hold that the operation replaced with a new hold. Null if it replaced none. */
function replacedBy(operation: Operation): string | null {
  const { kind, state, reference } = operation;
  const isNewHold = kind === 'MOVE_HOLD' || kind === 'PLACE_HOLD';
  // A child operation's reference begins with the id of the replaced hold. Callers choose the references of other
  // operations.
  return isNewHold && state === 'DONE' && parentIdOf(operation) !== ''
    ? (reference.split(' ')[0] ?? null)
    : null;
}
