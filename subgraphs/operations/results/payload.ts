import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { type Caller, mayRead } from '../../runtime/caller.ts';
import { type Problem, storedProblem } from '../problem.ts';
import type { VisitedPatron } from '../visits/proof.ts';

const refused = z.object({ problems: z.array(storedProblem) });

/** The problems with which an operation of any subgraph was refused. Empty if it was not refused. */
export function storedProblemsOf({ state, result }: Operation): readonly Problem[] {
  return state === 'REFUSED' ? refused.parse(result).problems : [];
}

const partlyDone = z.object({ part: z.record(z.string(), z.string()) });

/**
 * The part of a partly done operation that was done, as `OperationPartlyDone` has it. Null for any other operation. The
 * journal stores a partly done operation as refused, because nothing more will be done for it.
 */
export function partlyDoneOf({ state, result }: Operation): Readonly<Record<string, string>> | null {
  return state === 'REFUSED' ? (partlyDone.safeParse(result).data?.part ?? null) : null;
}

/** The SDL's `OperationState`. */
const stateOf = (operation: Operation) =>
  partlyDoneOf(operation) === null ? operation.state : 'PARTLY_DONE';

/** The stored result of an operation; null unless it is `DONE`. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}

/**
 * The patron of the operation; null if not known. A station may show a patron only for some time after the card was
 * shown. The card counts as shown when the operation was requested.
 */
export const patronOf = ({ patronId, requestedAt }: Operation): VisitedPatron | null =>
  patronId === null ? null : { id: patronId, shownAt: requestedAt };

/**
 * The patron of a done or partly done operation; null otherwise. A refused operation has changed nothing. Also, the
 * system that refused it may be unable to show the record or card now.
 */
const patronOfDone = (operation: Operation): ReturnType<typeof patronOf> =>
  operation.state === 'DONE' || partlyDoneOf(operation) !== null ? patronOf(operation) : null;

/** Resolvers of the fields that all mutations' payloads have. Their source is the operation. */
export const payloadFields = {
  operation: (operation: Operation) => operation,
  patron: patronOfDone,
  problems: storedProblemsOf,
};

type PatronOf = (
  operation: Operation,
  args: unknown,
  context: { readonly caller: Caller },
) => VisitedPatron | null;

/**
 * A resolver for the patron of an operation. Staff and the patron always see whose operation it is. Others see what
 * `toOthers` shows them.
 */
export const patronToStaffOr =
  (toOthers: (operation: Operation) => VisitedPatron | null): PatronOf =>
  (operation, _args, { caller }) =>
    mayRead(caller, operation.patronId, ['circulation:read']) ? patronOf(operation) : toOthers(operation);

/** Resolvers of the fields of the interface `Operation`, for each type that implements it. */
export const operationFields = {
  state: stateOf,
  requestedAt: ({ requestedAt }: Operation) => hongKongInstant(requestedAt),
  settledAt: ({ settledAt }: Operation) => (settledAt === null ? null : hongKongInstant(settledAt)),
  patron: patronToStaffOr(patronOfDone),
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
