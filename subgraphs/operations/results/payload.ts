import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { type Problem, storedProblem } from '../problem.ts';

const refused = z.object({ problems: z.array(storedProblem) });

/** What a refused operation was refused for, whichever subgraph made it; empty for any other. */
export function storedProblemsOf({ state, result }: Operation): readonly Problem[] {
  return state === 'REFUSED' ? refused.parse(result).problems : [];
}

/** The stored result of an operation; null unless it is `DONE`. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}

/** Whose operation it is, as far as that is known. */
export const patronOf = ({ patronId }: Operation): { readonly id: string } | null =>
  patronId === null ? null : { id: patronId };

/**
 * Null unless the operation is done. A refused operation has changed nothing, and the system that refused may be unable to show
 * the record or card now.
 */
const patronOfDone = (operation: Operation): ReturnType<typeof patronOf> =>
  operation.state === 'DONE' ? patronOf(operation) : null;

/** Resolvers of the fields that each mutation's payload has. Their source is the operation. */
export const payloadFields = {
  operation: (operation: Operation) => operation,
  patron: patronOfDone,
  problems: storedProblemsOf,
};

/** Resolvers of the fields of the interface `Operation`, for each type that implements it. */
export const operationFields = {
  requestedAt: ({ requestedAt }: Operation) => hongKongInstant(requestedAt),
  settledAt: ({ settledAt }: Operation) => (settledAt === null ? null : hongKongInstant(settledAt)),
  patron: patronOfDone,
  problems: storedProblemsOf,
};

/** The interface `Operation`: the type of each kind is named after it, as `CheckOutOperation` after `CHECK_OUT`. */
export const operationInterface = {
  __resolveType: ({ kind }: Operation): string => {
    const words = kind.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
    return `${words.join('')}Operation`;
  },
};
