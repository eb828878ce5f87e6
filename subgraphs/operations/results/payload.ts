import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { type Problem, storedProblem } from '../problem.ts';

const refused = z.object({ problems: z.array(storedProblem) });

/** The problems with which an operation of any subgraph was refused. Empty if it was not refused. */
export function storedProblemsOf({ state, result }: Operation): readonly Problem[] {
  return state === 'REFUSED' ? refused.parse(result).problems : [];
}

/** The stored result of an operation; null unless it is `DONE`. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}

/** The patron of the operation, if known. */
export const patronOf = ({ patronId }: Operation): { readonly id: string } | null =>
  patronId === null ? null : { id: patronId };

/**
 * The patron of a done operation; null otherwise. A refused operation has changed nothing. Also, the system that
 * refused it may be unable to show the record or card now.
 */
const patronOfDone = (operation: Operation): ReturnType<typeof patronOf> =>
  operation.state === 'DONE' ? patronOf(operation) : null;

/** Resolvers of the fields that all mutations' payloads have. Their source is the operation. */
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

/** The name of a kind of operation in the names of its types: `CheckOut` for `CHECK_OUT`. */
export const nameOfKind = (kind: string): string =>
  kind
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');

/** The interface `Operation`. The type for each kind is named after the kind: `CheckOutOperation` for `CHECK_OUT`. */
export const operationInterface = {
  __resolveType: ({ kind }: Operation): string => `${nameOfKind(kind)}Operation`,
};
