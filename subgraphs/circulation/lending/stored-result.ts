import { z } from 'zod';
import type { Json, Operation } from '../../../store/journal/port.ts';
import type { Problem } from '../../operations/problem.ts';
import { storedProblemsOf } from '../../operations/results/payload.ts';
import { subject } from '../../operations/subject.ts';
import { type CirculationProblem, problemCode, problemOf } from '../rules/problems.ts';

const text = z.string().optional();

/** What the journal stores of an operation's outcome. Payloads read all other fields when they are requested. */
const storedResult = z.object({
  /** The reasons for a refusal. A lending operation has one problem, and a procedure one or more. */
  problems: z
    .tuple([z.object({ code: problemCode })])
    .rest(z.unknown())
    .optional(),
  /** Only the code of the problem, for operations that were refused before messages were stored. */
  problem: problemCode.optional(),
  patronId: text,
  libraryCardNumber: text,
  loanId: text,
  holdId: text,
  /** The child operation that placed the hold, if a child did. */
  placedBy: text,
  /**
   * The hold's position in the queue before its branch was changed. The change gives this position up. Null if a copy
   * was already ready for the hold.
   */
  formerQueuePosition: z.number().nullable().optional(),
  /** The due date of the returned loan. It is stored, because circulation deletes it with the loan. */
  dueOn: text,
  mayRetryAt: text,
  /** Whether an item was lent although it was not known what the patron owes. */
  areChargesUnknown: z.boolean().optional(),
  /** The number of loans or holds that the patron had, if the quota was full. */
  count: z.number().optional(),
  /** What a refused operation was about: the copy, the title and the card. */
  about: subject.optional(),
});

/** The outcome of an operation. `problem` is the reason for a refusal. For a procedure, it is the first problem. */
export type LendingResult = Omit<z.infer<typeof storedResult>, 'problems'>;

/** The result of an operation of this subgraph. It is empty while the operation is unsettled. */
export function lendingResultOf({ state, result }: Operation): LendingResult {
  if (state === 'UNSETTLED') {
    return {};
  }
  const { problems, problem = problems?.[0].code, ...others } = storedResult.parse(result);
  return { ...others, problem };
}

/** Converts a result to the form that the journal stores. Its problem then has a message in every language. */
export function toStoredResult(
  { problem, ...others }: LendingResult,
  fieldOfProblem?: readonly string[],
): Json {
  if (problem === undefined) {
    return others;
  }
  const { code, message, field } = problemOf(problem, { field: fieldOfProblem, count: others.count });
  return { ...others, problems: [{ code, message, field }] };
}

/** The reasons why an operation was refused. The list is empty if it was not refused. */
export function problemsOf(
  operation: Operation,
): readonly (Problem & Pick<CirculationProblem, 'mayRetryAt'>)[] {
  if (operation.state !== 'REFUSED') {
    return [];
  }
  const { problem, mayRetryAt } = storedResult
    .pick({ problem: true, mayRetryAt: true })
    .parse(operation.result);
  return problem === undefined
    ? storedProblemsOf(operation).map((stored) => ({ ...stored, mayRetryAt: mayRetryAt ?? null }))
    : [problemOf(problem, { mayRetryAt })];
}
