import { z } from 'zod';
import type { Operation } from '../../adapters/journal/port.ts';
import { viewOf } from './ledger.ts';
import type { Problem } from './operation-refused.ts';

const refused = z.object({
  problems: z.array(
    z.object({ code: z.string(), message: z.string(), field: z.array(z.string()).nullable() }),
  ),
});

/** Resolvers for the payload of every procedure: its operation, and the problems that it was refused for. */
export const operationPayload = {
  operation: viewOf,
  problems: ({ state, result }: Operation): readonly Problem[] =>
    state === 'REFUSED' ? refused.parse(result).problems : [],
};

/** The stored result of an operation; null unless it is `DONE`. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}
