import type { Problem } from './problem.ts';

/**
 * The error that refuses an operation with these problems. It is thrown before the first change is made, or if a change
 * can't be made. The code that runs the operation settles it as refused, and returns the problems to the caller.
 * `OneProblem` is the subgraph's own problem type, so that only codes of its schema compile.
 *
 * ```ts
 * throw new OperationRefused([problem('NOT_FOUND', 'libraryCardNumber')]);
 * ```
 */
export class OperationRefused<OneProblem extends Problem = Problem> extends Error {
  override readonly name = 'OperationRefused';
  readonly problems: readonly OneProblem[];
  /** The patron of the operation; null if it was refused before the patron was known. */
  readonly patronId: string | null;

  constructor(problems: readonly OneProblem[], patronId: string | null = null) {
    super(problems.map(({ code }) => code).join(', '));
    this.problems = problems;
    this.patronId = patronId;
  }
}

/**
 * The error that settles an operation as partly done. A change was refused, and an earlier change stays. The caller
 * gets the state `PARTLY_DONE` and the problems. `part` is stored with the result, so that the next attempt can
 * continue from it.
 */
export class OperationPartlyDone extends OperationRefused {
  readonly part: Readonly<Record<string, string>>;

  constructor(problems: readonly Problem[], part: Readonly<Record<string, string>>) {
    super(problems);
    this.part = part;
  }
}

/** @throws OperationRefused with the problems, if there are any. */
export function refuseIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new OperationRefused(problems);
  }
}
