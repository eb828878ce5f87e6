import type { IdentityNumberAddition } from '../../../../adapters/patrons/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { Unfinished } from '../../../operations/procedure.ts';
import { type CredentialProblem, problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';

type Refusal = Extract<IdentityNumberAddition, { readonly refused: string }>['refused'];

/** The problem for each reason for which the registry refuses to write an identity number. */
const refusalProblems: Readonly<Record<Exclude<Refusal, 'VERSION_CONFLICT'>, CredentialProblem>> = {
  NOT_FOUND: problem('NOT_FOUND', 'applicationId'),
  ALREADY_REGISTERED: problem('ALREADY_REGISTERED', 'applicationId'),
  // A counter has written another number after the rules were checked. It is not replaced, because the record may be
  // another person's.
  HAS_ANOTHER: problem('IDENTITY_MISMATCH', 'applicationId'),
  INVALID: problem('IDENTITY_NUMBER_INVALID', 'applicationId'),
};

/**
 * Writes the patron's identity number into the registry's record (R7). This is safe to repeat, because each attempt
 * first reads the record, and sends nothing if the record already has this number. The record itself shows whether an
 * attempt worked, even if its answer was lost.
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
  // Somebody else may have changed the record after it was read. Or this operation may have changed it, if its request
  // was delivered twice or if two processes run it.
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
