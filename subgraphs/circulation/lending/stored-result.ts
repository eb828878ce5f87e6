import { z } from 'zod';
import type { Operation } from '../../../adapters/journal/port.ts';
import { problemCode } from '../rules/problems.ts';

const text = z.string().optional();

/** What is kept of an operation's outcome, and no more: what else is told is read anew. */
const result = z.object({
  problem: problemCode.optional(),
  patronId: text,
  libraryCardNumber: text,
  loanId: text,
  holdId: text,
  mayRetryAt: text,
});

export type LendingResult = z.infer<typeof result>;

/** What a procedure is refused for: the first problem says it. */
const refusedProcedure = z
  .object({ problems: z.tuple([z.object({ code: problemCode })]).rest(z.unknown()) })
  .transform(({ problems: [{ code }] }): LendingResult => ({ problem: code }));

/** Of a settled operation of this subgraph; of an unsettled one there is nothing yet. */
export function lendingResultOf(operation: Operation): LendingResult {
  return operation.state === 'UNSETTLED' ? {} : refusedProcedure.or(result).parse(operation.result);
}
