import type { Problem } from './problem.ts';

/**
 * The operation ends as refused, for these problems. Thrown before the first change is made, or by a change that can't be made.
 * The code that runs the operation settles it as refused and returns the problems to the caller. `OneProblem` is the subgraph's
 * own problem type, so that a code that its schema lacks does not compile.
 *
 * ```ts
 * throw new OperationRefused([problem('NOT_FOUND', 'libraryCardNumber')]);
 * ```
 */
export class OperationRefused<OneProblem extends Problem = Problem> extends Error {
  override readonly name = 'OperationRefused';
  readonly problems: readonly OneProblem[];
  /** The patron whom the operation is about; null where it was refused before that was known. */
  readonly patronId: string | null;

  constructor(problems: readonly OneProblem[], patronId: string | null = null) {
    super(problems.map(({ code }) => code).join(', '));
    this.problems = problems;
    this.patronId = patronId;
  }
}

/** @throws OperationRefused with the problems, unless there are none. */
export function refuseIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new OperationRefused(problems);
  }
}
