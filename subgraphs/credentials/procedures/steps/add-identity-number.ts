import type { IdentityNumberAddition } from '../../../../adapters/patrons/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { Unfinished } from '../../../operations/procedure.ts';
import { type CredentialProblem, problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';

type Refusal = Extract<IdentityNumberAddition, { readonly refused: string }>['refused'];

/**
 * The problem for each reason why the registry refuses to write an identity number. Nothing was written in these cases.
 */
const refusalProblems: Readonly<Record<Exclude<Refusal, 'VERSION_CONFLICT'>, CredentialProblem>> = {
  NOT_FOUND: problem('NOT_FOUND', 'applicationId'),
  ALREADY_REGISTERED: problem('ALREADY_REGISTERED', 'applicationId'),
  // A counter has written another number since the rules were checked. That number stays, because the record may be
  // another person's.
  HAS_ANOTHER: problem('IDENTITY_MISMATCH', 'applicationId'),
  INVALID: problem('IDENTITY_NUMBER_INVALID', 'applicationId'),
};

/**
 * Writes the patron's identity number into the registry's record (R7). This is safe to repeat, because each attempt
 * reads the record first, and sends nothing if the record already has this number. Only the record shows whether an
 * attempt worked. The answer to the attempt does not.
 * @throws OperationRefused if the registry refuses the number; Unfinished if the record changed during both attempts.
 */
export async function addIdentityNumber(
  task: CredentialTask,
  patronId: string,
  identityNumber: string,
): Promise<void> {
  const { services, signal } = task;
  const attempt = () => services.patrons.addIdentityNumber(patronId, identityNumber, signal);
  const first = await attempt();
  // The record changed after it was read. Somebody else may have changed it. Or this operation did, if its request was
  // delivered twice or if two processes run it.
  const outcome = 'refused' in first && first.refused === 'VERSION_CONFLICT' ? await attempt() : first;
  if ('patron' in outcome) {
    await recordChanges(task, patronId, ['identityNumber']);
    return;
  }
  if (outcome.refused === 'VERSION_CONFLICT') {
    throw new Unfinished('the record changed at both attempts');
  }
  throw new OperationRefused([refusalProblems[outcome.refused]]);
}
