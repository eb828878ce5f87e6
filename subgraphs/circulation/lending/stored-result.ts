import { z } from 'zod';
import type { Operation } from '../../../adapters/journal/port.ts';
import { problemCode } from '../rules/problems.ts';

const text = z.string().optional();

/** What the journal keeps of an operation's outcome. Everything else that a payload shows is read when it is asked for. */
const result = z.object({
  problem: problemCode.optional(),
  patronId: text,
  libraryCardNumber: text,
  loanId: text,
  holdId: text,
  mayRetryAt: text,
});

export type LendingResult = z.infer<typeof result>;

/** The result of a refused procedure: its first problem. */
const refusedProcedure = z
  .object({ problems: z.tuple([z.object({ code: problemCode })]).rest(z.unknown()) })
  .transform(({ problems: [{ code }] }): LendingResult => ({ problem: code }));

/** The result of an operation of this subgraph; empty while it is unsettled. */
export function lendingResultOf(operation: Operation): LendingResult {
  return operation.state === 'UNSETTLED' ? {} : refusedProcedure.or(result).parse(operation.result);
}
