/**
 * Applications that name the same identity document. Staff can see them together, for example if somebody has sent many
 * of them.
 */
import type { Application } from '../../../adapters/credentials/port.ts';
import type { ReceivedApplication } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { indexedApplication } from '../../library/indexed-application.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { CredentialsContext } from '../context.ts';
import { documentOf } from '../procedures/steps/document-slots.ts';
import { indexedIds, namesOneOf } from '../procedures/steps/lookups/open-applications.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import { maxWaitingShown } from '../rules/limits.ts';
import { isOpen } from '../rules/open-application.ts';
import { applicantView } from './applications.ts';
import { unlessError } from './indexed-lists.ts';

/** The SDL's `Application.sameDocument`. */
export async function sameDocument(
  application: Application,
  _args: unknown,
  { caller, receivedByDocument, applications, newerApplications, services }: CredentialsContext,
) {
  requireRead(caller, null, ['applications:decide']);
  const document = documentOf(application.applicant);
  const received = document === null ? [] : await receivedByDocument.load(document);
  const waiting = received.filter(({ state }) => state === 'WAITING');
  return {
    open: async () => {
      const { documents } = indexedApplication(application);
      const sent = received.flatMap(({ applicationId }) => applicationId ?? []);
      const { rows } = await newerApplications();
      const newer = rows.filter((other) => namesOneOf(documents, other)).map(({ id }) => id);
      const ids = new Set([...sent, ...newer, ...(await indexedIds(services, documents))]);
      return (await applications.loadMany([...ids].toSorted()))
        .map(unlessError)
        .filter((found) => found !== null && isOpen(found));
    },
    waiting: waiting.slice(0, maxWaitingShown).map(waitingApplication),
    waitingCount: waiting.length,
  };
}

/**
 * The SDL's `WaitingApplication`: an application that was received, but is not in card management yet. So it has no id.
 * When somebody reads its unmasked document numbers, the audit names the operation that submits it.
 */
function waitingApplication({ operationId, application, receivedAt }: ReceivedApplication) {
  const { wants, applicant, guarantor } = newApplicationSchema.parse(application);
  return {
    submittedAt: hongKongInstant(receivedAt),
    wants,
    applicant: applicantView(operationId, null, applicant),
    guarantor,
  };
}
