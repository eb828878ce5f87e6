/**
 * Applications that name the same identity document. Staff can see them together, for example if somebody has sent many
 * of them.
 */
import type { Application } from '../../../adapters/credentials/port.ts';
import type { ReceivedApplication } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { CredentialsContext } from '../context.ts';
import { documentOf } from '../procedures/steps/document-places.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import { maxWaitingShown } from '../rules/limits.ts';
import { isOpen } from '../rules/open-application.ts';
import { applicantView } from './applications.ts';
import { unlessError } from './indexed-lists.ts';

/** The SDL's `Application.sameDocument`. */
export async function sameDocument(
  { applicant }: Application,
  _args: unknown,
  { caller, receivedByDocument, applications }: CredentialsContext,
) {
  requireRead(caller, null, ['applications:decide']);
  const document = documentOf(applicant);
  const received = document === null ? [] : await receivedByDocument.load(document);
  const ids = received.flatMap(({ applicationId }) => applicationId ?? []);
  const waiting = received.filter(({ state }) => state === 'WAITING');
  return {
    open: async () =>
      (await applications.loadMany(ids))
        .map(unlessError)
        .filter((application) => application !== null && isOpen(application)),
    waiting: waiting.slice(0, maxWaitingShown).map(waitingApplication),
    waitingCount: waiting.length,
  };
}

/**
 * The SDL's `WaitingApplication`. When its whole numbers are read, the audit names the application by its operation's
 * id, because it has no number yet.
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
