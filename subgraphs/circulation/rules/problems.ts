import { z } from 'zod';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Problem } from '../../operations/problem.ts';
import { messages } from './problem-messages.ts';

/** The reason why an operation was refused: a `ProblemCode` of the schema. */
export type ProblemCode = keyof typeof messages;

export const problemCode = z.enum(Object.keys(messages) as [ProblemCode, ...ProblemCode[]]);

/** `CirculationProblem` of the schema. */
export interface CirculationProblem extends Problem {
  readonly code: ProblemCode;
  /** The time from which another attempt may succeed (RFC 3339). Null if waiting does not help. */
  readonly mayRetryAt: string | null;
}

/** The input's field that each problem is about. The field is the same for all mutations. */
const fields: Readonly<Partial<Record<ProblemCode, string>>> = {
  ALREADY_LENT: 'itemNumber',
  ITEM_NOT_FOUND: 'itemNumber',
  ITEM_NOT_AVAILABLE: 'itemNumber',
  ITEM_NOT_FOR_LOAN: 'itemNumber',
  ITEM_NOT_ON_LOAN: 'itemNumber',
  ITEM_NOT_HELD: 'itemNumber',
  TITLE_NOT_FOUND: 'titleNumber',
  BRANCH_NOT_FOUND: 'pickupBranch',
};

export function problemOf(
  code: ProblemCode,
  mayRetryAt: string | null = null,
  field: readonly string[] | null = null,
): CirculationProblem {
  const named = fields[code];
  return {
    code,
    message: messages[code],
    field: field ?? (named === undefined ? null : [named]),
    mayRetryAt,
  };
}

/** Further details of a refusal for {@link refused}. */
interface RefusalDetails {
  /** The patron of the operation, if it is known by then. */
  readonly patronId?: string;
  readonly mayRetryAt?: string;
  /** The path in the input, if the problem's code does not show it. */
  readonly field?: readonly string[];
}

/** Creates the error that refuses an operation. It must be thrown before anything is sent. */
export function refused(
  code: ProblemCode,
  { patronId, mayRetryAt, field }: RefusalDetails = {},
): OperationRefused<CirculationProblem> {
  return new OperationRefused([problemOf(code, mayRetryAt, field)], patronId);
}

/** The problem of a refused operation, and the patron if known. Null for an error that is not a refusal. */
export function problemThrown(
  error: unknown,
): (CirculationProblem & Pick<OperationRefused, 'patronId'>) | null {
  if (!(error instanceof OperationRefused)) {
    return null;
  }
  const { problems, patronId }: OperationRefused<CirculationProblem> = error;
  const [problem] = problems;
  return problem === undefined ? null : { ...problem, patronId };
}
