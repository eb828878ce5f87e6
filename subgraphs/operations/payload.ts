import { z } from 'zod';
import type { Operation } from '../../adapters/journal/port.ts';
import { viewOf } from './ledger.ts';
import { type Problem, storedProblem } from './problem.ts';

const refused = z.object({ problems: z.array(storedProblem) });

/** What a refused operation was refused for, whichever subgraph made it; empty for any other. */
export function storedProblemsOf({ state, result }: Operation): readonly Problem[] {
  return state === 'REFUSED' ? refused.parse(result).problems : [];
}

/** Resolvers for the payload of every procedure: its operation, and the problems that it was refused for. */
export const operationPayload = {
  operation: viewOf,
  problems: storedProblemsOf,
};

/** The stored result of an operation; null unless it is `DONE`. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}
