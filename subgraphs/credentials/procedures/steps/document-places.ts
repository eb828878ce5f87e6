/**
 * Counts the applications of strangers for each identity document (decision 36). Three applications for a document are
 * sent to card management and wait there for staff. They take the document's places. More applications wait in the
 * journal until one of the three is decided.
 */
import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Json } from '../../../../store/journal/port.ts';
import { maxOpenPerDocument } from '../../rules/limits.ts';
import { isOpen } from '../../rules/open-application.ts';
import type { CredentialServices } from '../services.ts';

/** The document for which an application is counted; null if it names none. */
export const documentOf = ({ identityNumber, birthCertificateNumber }: Applicant): string | null =>
  identityNumber ?? birthCertificateNumber;

/**
 * Card management never assigns this number. It is looked up if nothing was sent for the document. So the first
 * application for a document takes the same calls as the fourth.
 */
export const unassignedApplication = 'A0000000';

/** Frees the places of the document's applications that have been decided, or that card management no longer has. */
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

/**
 * Gives the application of this operation a place, if one is free. Otherwise the application waits in the journal.
 * Resolves to whether the application must be sent now. Safe to repeat.
 */
export async function takePlace(
  { received }: CredentialServices,
  operationId: string,
  document: string,
  application: NewApplication,
): Promise<boolean> {
  // The application is JSON, but its type doesn't say so.
  const stored = application as unknown as Json;
  const state = await received.receiveApplication(
    { operationId, document, application: stored },
    maxOpenPerDocument,
  );
  return state === 'SENT';
}
