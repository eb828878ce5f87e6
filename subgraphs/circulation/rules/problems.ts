import { z } from 'zod';
import type { CirculationRefusal } from '../../../adapters/circulation/port.ts';
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

/** The problems of the schema for circulation's refusals. */
const problemOfRefusal = {
  CARD_UNKNOWN: 'CREDENTIAL_NOT_FOUND',
  CARD_BLOCKED: 'CREDENTIAL_NOT_ACTIVE',
  ITEM_UNKNOWN: 'ITEM_NOT_FOUND',
  TITLE_UNKNOWN: 'TITLE_NOT_FOUND',
  ITEM_NOT_AVAILABLE: 'ITEM_NOT_AVAILABLE',
  ITEM_NOT_FOR_LOAN: 'ITEM_NOT_FOR_LOAN',
  ITEM_NOT_ON_LOAN: 'ITEM_NOT_ON_LOAN',
  CARD_LIMIT_REACHED: 'CARD_LIMIT_REACHED',
  NO_RENEWALS_LEFT: 'NO_RENEWALS_LEFT',
  WANTED_BY_ANOTHER: 'WANTED_BY_ANOTHER',
  LOAN_UNKNOWN: 'LOAN_NOT_FOUND',
  HOLD_LIMIT_REACHED: 'HOLD_LIMIT_REACHED',
  ALREADY_HELD: 'ALREADY_HELD',
  HOLD_UNKNOWN: 'HOLD_NOT_FOUND',
} as const satisfies Record<CirculationRefusal, ProblemCode>;

/** The problem of a change that circulation refused. `refusal` is null if circulation gave no reason. */
export const problemOfAnswer = (refusal: CirculationRefusal | null): ProblemCode =>
  refusal === null ? 'SYSTEM_UNAVAILABLE' : problemOfRefusal[refusal];
