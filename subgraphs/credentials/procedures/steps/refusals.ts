import type { CardRefusal } from '../../../../adapters/credentials/port.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { type CredentialProblem, invalid, problem, wrongStateOf } from '../../rules/problem.ts';
import { type OperationKind, reasons } from '../../rules/reasons.ts';

/**
 * The refusal if something was not found, or if the caller may not see it (R27). `field` is the field of the input that
 * names it.
 */
export const notFound = (field: string): OperationRefused<CredentialProblem> =>
  new OperationRefused([problem('NOT_FOUND', field)]);

const refusalProblems: Readonly<Record<CardRefusal['refused'], CredentialProblem>> = {
  NOT_FOUND: problem('NOT_FOUND'),
  WRONG_STATE: wrongStateOf('CHANGED_MEANWHILE'),
  ALREADY_EXISTS: problem('ALREADY_HELD'),
  INVALID: invalid('NOT_ACCEPTED_BY_CARDS'),
};

/** The problem in the graph for card management's reason to refuse a change. */
export const refusalProblem = ({ refused }: CardRefusal): CredentialProblem => refusalProblems[refused];

/**
 * Returns card management's answer to a change, unless it is a refusal. Card management checks only states and the form
 * of values, and our rules have already checked the states. So it refuses if somebody has changed the card or the
 * application meanwhile, or if it does not accept a value. If the schema's enum for this kind of operation does not
 * have the reason, the problem is `SYSTEM_UNAVAILABLE`.
 * @throws OperationRefused if card management refused the change.
 */
export function acceptedOrRefuse<Accepted extends object>(
  kind: OperationKind,
  answer: Accepted | CardRefusal,
): Accepted {
  if (!('refused' in answer)) {
    return answer;
  }
  const refusal = refusalProblem(answer);
  const possible: readonly string[] = reasons[kind];
  throw new OperationRefused([possible.includes(refusal.code) ? refusal : problem('SYSTEM_UNAVAILABLE')]);
}
