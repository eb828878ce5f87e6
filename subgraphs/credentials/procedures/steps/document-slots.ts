/**
 * Limits how many applications of unregistered people for one identity document are sent to card management (decision
 * 36). At most three are sent, and wait there for staff. Each takes one of the document's three slots. Further
 * applications wait in the journal until one of the three is decided.
 */
import type { Applicant, NewApplication } from '../../../../adapters/credentials/port.ts';
import type { Json } from '../../../../store/journal/port.ts';
import { maxOpenPerDocument } from '../../rules/limits.ts';
import { isOpen } from '../../rules/open-application.ts';
import type { CredentialServices } from '../services.ts';

/** The document under which the application is counted (decision 36). Null if the application names none. */
export const documentOf = ({ identityNumber, birthCertificateNumber }: Applicant): string | null =>
  identityNumber ?? birthCertificateNumber;

/**
 * Card management never assigns this number. It is looked up if no application for the document was sent. So the number
 * of calls doesn't show whether one was sent.
 */
export const unassignedApplication = 'A0000000';

/** Frees the slots of applications for the document that were decided, or that card management no longer has. */
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
 * Takes one of the document's three slots for this operation's application. If none is free, the application waits in
 * the journal. Resolves to whether the application must be sent now. Safe to repeat.
 */
export async function takeDocumentSlot(
  { received }: CredentialServices,
  operationId: string,
  document: string,
  application: NewApplication,
): Promise<boolean> {
  // An application contains only JSON values, but TypeScript can't see that.
  const stored = application as unknown as Json;
  const state = await received.receiveApplication(
    { operationId, document, application: stored },
    maxOpenPerDocument,
  );
  return state === 'SENT';
}
