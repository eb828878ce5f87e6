import type { PatronStatus } from '../../../../adapters/patrons/port.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { Unfinished } from '../../../operations/procedure.ts';
import { invalid } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/**
 * Gives a patron's record this status. It is safe to repeat, because the record is read first, and nothing is sent if
 * it already has the status. A closed record is never changed: it may have been merged and closed while this process
 * was stopped.
 * @param field the input field that names the patron
 * @throws OperationRefused if the registry refuses, or has no such record; Unfinished if the record was changed
 *   meanwhile. The next run reads it again.
 */
export async function setPatronStatus(
  { services, signal }: CredentialTask,
  patronId: string,
  status: PatronStatus,
  field: string,
): Promise<void> {
  const [patron] = await services.patrons.findMany([patronId], signal);
  if (patron == null) {
    throw notFound(field);
  }
  if (patron.status === status || patron.status === 'CLOSED') {
    return;
  }
  const answer = await services.patrons.amendPatron(patronId, patron.version, { status }, signal);
  if ('patron' in answer) {
    return;
  }
  if (answer.refused === 'VERSION_CONFLICT') {
    throw new Unfinished('the record was changed meanwhile');
  }
  throw new OperationRefused([invalid('NOT_ACCEPTED_BY_REGISTRY', field)]);
}
