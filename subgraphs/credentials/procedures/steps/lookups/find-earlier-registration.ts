import { partlyApprovedApplication } from '../../../../operations/results/card-results.ts';
import type { DocumentHolders } from '../../../rules/applications/document-holders.ts';
import type { CredentialTask } from '../../services.ts';

/** The maximum number of operations that are read. A patron who was just registered has few. */
const maxOperations = 100;

/**
 * The patron whom an earlier approval of this application registered before it failed. The result is the holder of the
 * application's document, if that approval is among the holder's operations. The journal keeps operations for 30 days.
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
  return operations.some((operation) => partlyApprovedApplication(operation) === applicationId)
    ? holderId
    : null;
}
