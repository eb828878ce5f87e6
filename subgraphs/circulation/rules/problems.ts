import { z } from 'zod';
import type { CirculationRefusal } from '../../../adapters/circulation/port.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Problem } from '../../operations/problem.ts';
import { messages } from './problem-messages.ts';

/** Why an operation was refused: a `ProblemCode` of the schema. */
export type ProblemCode = keyof typeof messages;

export const problemCode = z.enum(Object.keys(messages) as [ProblemCode, ...ProblemCode[]]);

/** `CirculationProblem` of the schema. */
export interface CirculationProblem extends Problem {
  readonly code: ProblemCode;
  /** When another attempt may succeed, RFC 3339; null where waiting does not help. */
  readonly mayRetryAt: string | null;
}

/** The field of the input that each of these is about, whichever mutation was refused. */
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

/** What {@link refused} may say besides the code. */
interface RefusalDetails {
  /** Whose operation it is, where that is known by then. */
  readonly patronId?: string | null;
  readonly mayRetryAt?: string | null;
  /** The path in the input, where the code alone does not tell it. */
  readonly field?: readonly string[];
}

/** The error to throw before anything is sent. */
export function refused(
  code: ProblemCode,
  { patronId = null, mayRetryAt = null, field }: RefusalDetails = {},
): OperationRefused<CirculationProblem> {
  return new OperationRefused([problemOf(code, mayRetryAt, field)], patronId);
}

/** What an operation was refused for, and whose it was where known; null for an error that is no refusal. */
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

/** Circulation's refusals as problems of the schema. */
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

/** The problem of a change that circulation has refused; null: without a reason. */
export const problemOfAnswer = (refusal: CirculationRefusal | null): ProblemCode =>
  refusal === null ? 'SYSTEM_UNAVAILABLE' : problemOfRefusal[refusal];
