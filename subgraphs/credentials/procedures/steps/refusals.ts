import type { CardRefusal } from '../../../../adapters/credentials/port.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { type CredentialProblem, invalid, problem, wrongStateOf } from '../../rules/problem.ts';

/** `field` is the input field that names what was not found, or what the caller may not see (R27). */
export const notFound = (field: string): OperationRefused<CredentialProblem> =>
  new OperationRefused([problem('NOT_FOUND', field)]);

const refusalProblems: Readonly<Record<CardRefusal['refused'], CredentialProblem>> = {
  NOT_FOUND: problem('NOT_FOUND'),
  WRONG_STATE: wrongStateOf('CHANGED_MEANWHILE'),
  ALREADY_EXISTS: problem('ALREADY_HELD'),
  INVALID: invalid('NOT_ACCEPTED_BY_CARDS'),
};

/** Why card management refused a change, in the graph's words. */
export const refusalProblem = ({ refused }: CardRefusal): CredentialProblem => refusalProblems[refused];

/**
 * The answer to a change that card management made. It checks states only, and the rules have checked them before: a refusal
 * means that somebody changed the card or the application in between.
 * @throws OperationRefused where card management refused the change.
 */
export function acceptedOrRefuse<Accepted extends object>(answer: Accepted | CardRefusal): Accepted {
  if (!('refused' in answer)) {
    return answer;
  }
  throw new OperationRefused([refusalProblem(answer)]);
}
