import { z } from 'zod';
import type { Json, Operation } from '../../../store/journal/port.ts';
import type { Problem } from '../../operations/problem.ts';
import { storedProblemsOf } from '../../operations/results/payload.ts';
import { type CirculationProblem, problemCode, problemOf } from '../rules/problems.ts';

const text = z.string().optional();

/** What the journal keeps of an operation's outcome. Everything else that a payload shows is read when it is asked for. */
const storedResult = z.object({
  /** Why it was refused. A lending operation has one problem, a procedure one or more. */
  problems: z
    .tuple([z.object({ code: problemCode })])
    .rest(z.unknown())
    .optional(),
  /** The code alone, of operations that were refused before messages were stored. */
  problem: problemCode.optional(),
  patronId: text,
  libraryCardNumber: text,
  loanId: text,
  holdId: text,
  mayRetryAt: text,
});

/** The outcome of an operation. `problem`: why it was refused, the first one of a procedure. */
export type LendingResult = Omit<z.infer<typeof storedResult>, 'problems'> & {
  /** The path to the wrong value in the input, where the code alone does not tell it. Written with the problem. */
  readonly field?: readonly string[];
};

/** The result of an operation of this subgraph; empty while it is unsettled. */
export function lendingResultOf({ state, result }: Operation): LendingResult {
  if (state === 'UNSETTLED') {
    return {};
  }
  const { problems, problem = problems?.[0].code, ...others } = storedResult.parse(result);
  return { ...others, ...(problem !== undefined && { problem }) };
}

/** A result as the journal stores it: its problem with the message in every language. */
export function toStoredResult({ problem, field: given, ...others }: LendingResult): Json {
  if (problem === undefined) {
    return others;
  }
  const { code, message, field } = problemOf(problem, null, given);
  return { ...others, problems: [{ code, message, field }] };
}

/** Why an operation was refused; empty unless it was. */
export function problemsOf(
  operation: Operation,
): readonly (Problem & Pick<CirculationProblem, 'mayRetryAt'>)[] {
  if (operation.state !== 'REFUSED') {
    return [];
  }
  const { problem, mayRetryAt = null } = storedResult
    .pick({ problem: true, mayRetryAt: true })
    .parse(operation.result);
  return problem === undefined
    ? storedProblemsOf(operation).map((stored) => ({ ...stored, mayRetryAt }))
    : [problemOf(problem, mayRetryAt)];
}
