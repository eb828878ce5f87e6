/**
 * Applications of strangers take places of the identity document that they name (decision 36): three are sent to card management and
 * wait there for staff, any more wait in the journal until one of the three is decided.
 */
import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Json } from '../../../../store/journal/port.ts';
import { maxOpenPerDocument } from '../../rules/limits.ts';
import { isOpen } from '../../rules/open-application.ts';
import type { CredentialServices } from '../services.ts';

/** The document by which an application is counted; null for one that names none. */
export const documentOf = ({ identityNumber, birthCertificateNumber }: Applicant): string | null =>
  identityNumber ?? birthCertificateNumber;

/**
 * Card management never assigns this number. It is asked about where nothing was sent for the document, so that the first
 * application for it takes the same calls as the fourth.
 */
const unassignedApplication = 'A0000000';

/** Gives back the places of the document's applications that have been decided, or that card management no longer has. */
export async function closeDecided(
  { received, cards }: CredentialServices,
  document: string,
  signal: AbortSignal,
): Promise<void> {
  const [ofDocument = []] = await received.applicationsOfDocuments([document]);
  const sent = ofDocument.flatMap(({ operationId, applicationId }) =>
    applicationId === null ? [] : [{ operationId, applicationId }],
  );
  const ids = sent.map(({ applicationId }) => applicationId);
  const found = await cards.applicationsById(ids.length === 0 ? [unassignedApplication] : ids, signal);
  const decided = sent.filter((_, index) => {
    const application = found[index] ?? null;
    return application === null || !isOpen(application);
  });
  await received.closeApplications(decided.map(({ operationId }) => operationId));
}

/** Whether the application of this operation has a place, and is to be sent now. Safe to repeat. */
export async function takePlace(
  { received }: CredentialServices,
  operationId: string,
  document: string,
  application: NewApplication,
): Promise<boolean> {
  // It is JSON, though its type doesn't say so.
  const stored = application as unknown as Json;
  const state = await received.receiveApplication(
    { operationId, document, application: stored },
    maxOpenPerDocument,
  );
  return state === 'SENT';
}
