/** For staff who look up an operation: what was requested, and by whom (R24). */
import type { Item } from '../../../../adapters/circulation/port.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { requesterOf } from '../../../operations/ledger.ts';
import { type Subject, subjectsOf } from '../../../operations/subject.ts';
import type { CirculationContext } from '../../context.ts';
import { loadAll } from '../../loaders.ts';

export const operationRequestResolvers = {
  OperationEdge: {
    request: ({ node }: { readonly node: Operation }): Operation => node,
  },
  OperationRequest: {
    requestedBy: requesterOf,
    itemNumbers: (operation: Operation) => numbersOf(operation, 'itemNumber'),
    async items(operation: Operation, _args: unknown, context: CirculationContext) {
      const items = await loadAll(context.items, numbersOf(operation, 'itemNumber'));
      return items.filter((item): item is Item => item !== null);
    },
    titleNumbers: (operation: Operation) => numbersOf(operation, 'titleNumber'),
    credentials,
  },
};

function numbersOf(operation: Operation, key: keyof Subject): readonly string[] {
  const numbers = subjectsOf(operation).flatMap(({ [key]: number }) => number ?? []);
  return [...new Set(numbers)];
}

/**
 * The cards in an operation's input, without those that card management doesn't know. An audit record for the
 * operation's patron was written with the list of operations. A card may belong to another patron, for example if the
 * loan of a returned item was on it. An audit record for that patron is written here.
 */
async function credentials(operation: Operation, _args: unknown, context: CirculationContext) {
  const cards = await loadAll(context.cardsByNumber, numbersOf(operation, 'libraryCardNumber'));
  const known = cards.filter((card) => card !== null);
  const others = known.filter(({ patronId }) => patronId !== operation.patronId);
  await loadAll(
    context.recordedOwners,
    others.map(({ libraryCardNumber }) => libraryCardNumber),
  );
  return known.map(({ libraryCardNumber }) => ({ libraryCardNumber }));
}
