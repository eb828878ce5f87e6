import type { Application, Credential } from '../../../../adapters/credentials/port.ts';
import type { PatronStatus } from '../../../../adapters/patrons/port.ts';
import { wasMerged } from '../../../operations/merged-records.ts';
import { refuseIfAny } from '../../../operations/operation-refused.ts';
import { withCanonicalDocuments } from '../../rules/applications/form.ts';
import { endedRecordProblems } from '../../rules/cards/ended-record.ts';
import type { CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/** @throws OperationRefused NOT_FOUND if there is no such application. */
export async function readApplication(
  { services, signal }: CredentialTask,
  applicationId: string,
): Promise<Application> {
  const [application] = await services.cards.applicationsById([applicationId], signal);
  if (application == null) {
    throw notFound('applicationId');
  }
  return withCanonicalDocuments(application);
}

/** The applications with these ids that card management has. */
export async function readApplications(
  { services, signal }: CredentialTask,
  ids: readonly string[],
): Promise<readonly Application[]> {
  const found = ids.length === 0 ? [] : await services.cards.applicationsById(ids, signal);
  return found.filter((application) => application !== null);
}

/**
 * Requires that the record of the card's patron has not ended. Returns the record's status; null if the registry
 * doesn't have the record.
 * @throws OperationRefused ALREADY_MERGED if the record was merged into another (R9); PATRON_CLOSED if the registry has
 *   closed it (R15).
 */
export async function refuseIfRecordEnded(
  { services, signal }: CredentialTask,
  { patronId }: Credential,
): Promise<PatronStatus | null> {
  const [[patron = null], isMerged] = await Promise.all([
    services.patrons.findMany([patronId], signal),
    wasMerged(services.merged, patronId),
  ]);
  refuseIfAny(endedRecordProblems({ patron, isMerged }, 'libraryCardNumber'));
  return patron?.status ?? null;
}
