import type { IdentityNumberAddition } from '../../../../adapters/patrons/port.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { Unfinished } from '../../../operations/procedure.ts';
import { type CredentialProblem, problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';

type Refusal = Extract<IdentityNumberAddition, { readonly refused: string }>['refused'];

/** Why the registry refused to write an identity number. Nothing was written then. */
const refusalProblems: Readonly<Record<Exclude<Refusal, 'VERSION_CONFLICT'>, CredentialProblem>> = {
  NOT_FOUND: problem('NOT_FOUND', 'applicationId'),
  ALREADY_REGISTERED: problem('ALREADY_REGISTERED', 'applicationId'),
  // A counter has written another number since the rules were checked. That one stays: it may be somebody else's record.
  HAS_ANOTHER: problem('IDENTITY_MISMATCH', 'applicationId'),
  INVALID: problem('IDENTITY_NUMBER_INVALID', 'applicationId'),
};

/**
 * Writes the patron's identity number into the registry's record (R7). Safe to repeat: each attempt reads the record first, and
 * sends nothing where the record has this number. The record decides, not the answer to an attempt.
 * @throws OperationRefused where the registry refuses the number. Unfinished where the record changed at both attempts.
 */
export async function addIdentityNumber(
  task: CredentialTask,
  patronId: string,
  identityNumber: string,
): Promise<void> {
  const { services, signal } = task;
  const attempt = () => services.patrons.addIdentityNumber(patronId, identityNumber, signal);
  const first = await attempt();
  // The record changed after it was read: by this operation, if its request was delivered twice or two processes run it, or by
  // somebody else.
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
