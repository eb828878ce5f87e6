import type { Hold, HoldState } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { parentIdOf } from '../../operations/ledger.ts';
import type { CirculationContext } from '../context.ts';

/** `HoldState` of the schema. Circulation has no `REPLACED`: such a hold is cancelled there. */
export type ShownHoldState = HoldState | 'REPLACED';
type ShownHold = Omit<Hold, 'state'> & { readonly state: ShownHoldState };

/**
 * The holds, with `REPLACED` in place of `CANCELLED` for each hold that was cancelled for a new one. The reason may be
 * a renewal (R23), or a change of the card or the branch (R25). The operation that placed the new hold shows which hold
 * it replaced. The journal keeps the operation for 30 days. After that, the old hold is `CANCELLED` again.
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

/** A desk may give a hold any other reference. */
const isOperationId = /^[0-9A-Za-z]{22}$/;

/** The id of the hold that the operation replaced by a new one. Null if it replaced none. */
function replacedBy(operation: Operation): string | null {
  const { kind, state, reference } = operation;
  const isNewHold = kind === 'MOVE_HOLD' || kind === 'PLACE_HOLD';
  // The reference of such a child operation begins with the id of the former hold. A caller's own reference may be any
  // text.
  return isNewHold && state === 'DONE' && parentIdOf(operation) !== ''
    ? (reference.split(' ')[0] ?? null)
    : null;
}
