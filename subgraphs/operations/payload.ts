import { z } from 'zod';
import type { Operation } from '../../adapters/journal/port.ts';
import { viewOf } from './ledger.ts';
import type { Problem } from './operation-refused.ts';

const refused = z.object({
  problems: z.array(
    z.object({ code: z.string(), message: z.string(), field: z.array(z.string()).nullable() }),
  ),
});

/** What the payload of every procedure tells: how its operation stands, and what was wrong with it. */
export const operationPayload = {
  operation: viewOf,
  problems: ({ state, result }: Operation): readonly Problem[] =>
    state === 'REFUSED' ? refused.parse(result).problems : [],
};

/** What an operation that was done tells of itself; null where it was not done. */
export function resultOf<Result>({ state, result }: Operation, form: z.ZodType<Result>): Result | null {
  return state === 'DONE' ? form.parse(result) : null;
}
