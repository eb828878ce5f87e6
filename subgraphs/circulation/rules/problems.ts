import { z } from 'zod';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Problem } from '../../operations/problem.ts';
import { messageOf } from './messages/index.ts';
import { type ProblemCode, problemCodes } from './problem-codes.ts';

export type { ProblemCode };

export const problemCode = z.enum(problemCodes);

/** `CirculationProblem` of the schema. */
export interface CirculationProblem extends Problem {
  readonly code: ProblemCode;
  /** The time from which a new attempt may succeed (RFC 3339). Null if waiting does not help. */
  readonly mayRetryAt: string | null;
  /** The number of loans or holds in the message, if a quota is full. Null for any other problem. */
  readonly count: number | null;
}

/** The input's field that each problem is about. Mutations about one copy, loan or hold all use the same field names. */
const fields: Readonly<Partial<Record<ProblemCode, string>>> = {
  ALREADY_LENT: 'itemNumber',
  ITEM_NOT_FOUND: 'itemNumber',
  ITEM_NOT_AVAILABLE: 'itemNumber',
  ITEM_NOT_FOR_LOAN: 'itemNumber',
  ITEM_NOT_ON_LOAN: 'itemNumber',
  ITEM_NOT_HELD: 'itemNumber',
  TITLE_NOT_FOUND: 'titleNumber',
  BRANCH_NOT_FOUND: 'pickupBranch',
  LOAN_NOT_FOUND: 'loanId',
  HOLD_NOT_FOUND: 'holdId',
};

interface ProblemDetails {
  readonly mayRetryAt?: string | undefined;
  /** The path of the field in the input, if it isn't the one in `fields`. */
  readonly field?: readonly string[] | undefined;
  /** The number of loans or holds that the patron has, for the message of a full quota. */
  readonly count?: number | undefined;
}

export function problemOf(
  code: ProblemCode,
  { mayRetryAt, field, count }: ProblemDetails = {},
): CirculationProblem {
  const named = fields[code];
  return {
    code,
    message: messageOf(code, count, field),
    field: field ?? (named === undefined ? null : [named]),
    mayRetryAt: mayRetryAt ?? null,
    count: count ?? null,
  };
}

interface RefusalDetails extends ProblemDetails {
  /** The patron of the operation, if known. */
  readonly patronId?: string;
}

/** Makes the error that refuses an operation. It may be thrown only before anything is sent. */
export function refused(
  code: ProblemCode,
  { patronId, ...details }: RefusalDetails = {},
): OperationRefused<CirculationProblem> {
  return new OperationRefused([problemOf(code, details)], patronId);
}

/** The problem with which an error refuses an operation, and the patron if known. Null for any other error. */
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
