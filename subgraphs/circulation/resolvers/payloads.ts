import type { Operation } from '../../../adapters/journal/port.ts';
import type { CirculationContext } from '../context.ts';
import { renewalsOf } from '../lending/renew-several.ts';
import type { LendingPayload } from '../lending/run-operation.ts';
import { lendingResultOf } from '../lending/stored-result.ts';

/** The patron of an operation, as far as its place or its stored result says; undefined otherwise. */
export const patronIdOf = (operation: Operation): string | undefined =>
  operation.place?.patronId ?? lendingResultOf(operation).patronId;

/**
 * Resolves `patron` of a mutation's payload: the patron of the operation, so that a client's cache learns what changed. Null
 * where no patron was found.
 */
export async function payloadPatron(
  { operation }: LendingPayload,
  _args: unknown,
  context: CirculationContext,
): Promise<{ readonly id: string } | null> {
  const id = patronIdOf(operation);
  return id === undefined ? await ownerOf(lendingResultOf(operation).libraryCardNumber, context) : { id };
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
