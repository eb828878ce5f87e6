import { partOfApplication } from '../../../../operations/results/card-results.ts';
import type { DocumentHolders } from '../../../rules/applications/document-holders.ts';
import type { CredentialTask } from '../../services.ts';

/** The maximum number of operations that are searched. A patron who was just registered has few. */
const maxOperations = 100;

/**
 * The patron whom an earlier, failed approval of this application has registered. Null if there was no such approval,
 * or if the journal has removed it, 30 days later. The registered documents lead to the patron, and the patron's
 * operations show whether this application registered the patron.
 */
export async function findEarlierRegistration(
  { services }: CredentialTask,
  applicationId: string,
  { identityNumber, birthCertificateNumber }: DocumentHolders,
): Promise<string | null> {
  const holderId = identityNumber ?? birthCertificateNumber;
  if (holderId === null) {
    return null;
  }
  const operations = await services.journal.operationsOfPatron(holderId, null, maxOperations);
  return operations.some((operation) => partOfApplication(operation) === applicationId) ? holderId : null;
}
