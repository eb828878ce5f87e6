import type { CirculationContext } from '../context.ts';
import { renewalsOf } from '../lending/renew-several.ts';
import type { LendingPayload } from '../lending/run-operation.ts';
import { lendingResultOf } from '../lending/stored-result.ts';

/**
 * Resolves `patron` of a mutation's payload: the patron of the operation, so that a client's cache learns what changed. Null
 * where no patron was found.
 */
export async function payloadPatron(
  { operation }: LendingPayload,
  _args: unknown,
  context: CirculationContext,
): Promise<{ readonly id: string } | null> {
  const { patronId, libraryCardNumber } = lendingResultOf(operation);
  const id = operation.place?.patronId ?? patronId;
  return id === undefined ? await ownerOf(libraryCardNumber, context) : { id };
}

/** Resolves `patron` of the payload of an operation over several loans. */
export async function renewalsPatron(
  { operation }: LendingPayload,
  _args: unknown,
  context: CirculationContext,
): Promise<{ readonly id: string } | null> {
  const [renewal] = await renewalsOf(context.lending, operation);
  return await ownerOf(renewal?.loan.libraryCardNumber, context);
}

async function ownerOf(
  libraryCardNumber: string | undefined,
  { lending, signal }: CirculationContext,
): Promise<{ readonly id: string } | null> {
  const numbers = libraryCardNumber === undefined ? [] : [libraryCardNumber];
  const [card = null] = await lending.cards.cardsByNumber(numbers, signal);
  return card === null ? null : { id: card.patronId };
}
