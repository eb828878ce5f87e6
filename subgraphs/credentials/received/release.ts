import { UpstreamError, type UpstreamReason } from '../../../adapters/soap/port.ts';
import type { ReceivedApplication } from '../../../store/journal/port.ts';
import { forEachAlone, startRounds, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { closeDecided } from '../procedures/steps/document-slots.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import { maxOpenPerDocument } from '../rules/limits.ts';

/**
 * Pause between two calls of `release`, in ms. After a decision on one of a document's applications, the next one is
 * sent within this time, or later if applications wait for more than `maxAtOnce` documents. If none wait, no call is
 * made.
 */
const pauseMs = 15_000;
/**
 * The maximum number of documents that are checked at once, and of applications that are sent. Each document takes a
 * call to card management.
 */
const maxAtOnce = 25;

/**
 * Starts a loop that sends the applications that have waited in the journal. It runs until the returned object is
 * disposed of. Several processes may run it: card management recognises an application by its operation's id, and
 * accepts it once.
 */
export const startReleasing = (services: CredentialServices, wait: Wait = pause): AsyncDisposable =>
  startRounds((after, signal) => release(services, after, signal), pauseMs, wait);

/**
 * Checks which sent applications were decided, for the documents that follow `after`. Each decided one makes room for
 * an application that waits in the journal. Then sends those applications, the longest waiting first. If one fails, the
 * others are still sent. Resolves to the position where the next call continues, or to null to begin again. If all
 * documents failed because of an outage, the next call checks the same documents again. Never rejects.
 */
async function release(
  services: CredentialServices,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { received, log } = services;
  const failureLog = { log, text: couldNotBeSent };
  try {
    const waiting = await received.waitingDocuments(after, maxAtOnce);
    const failures = await forEachAlone(waiting, failureLog, signal, async ({ document }) => {
      await closeDecided(services, document, signal);
      await received.admitWaiting(document, maxOpenPerDocument);
    });
    await forEachAlone(await received.applicationsToSend(maxAtOnce), failureLog, signal, (application) =>
      send(services, application, signal),
    );
    if (failures.length === waiting.length && failures.some(isOutage)) {
      return after;
    }
    return waiting.length < maxAtOnce ? null : (waiting.at(-1)?.position ?? null);
  } catch (error) {
    if (!signal.aborted) {
      reportFailure(log, error, couldNotBeSent);
    }
    return after;
  }
}

const couldNotBeSent = 'applications that wait could not be sent';

/** Failures of card management as a whole. Any other failure may be due to a single document. */
const outages: ReadonlySet<UpstreamReason> = new Set([
  'timeout',
  'unreachable',
  'overloaded',
  'busy',
  'unauthorized',
]);
const isOutage = (failure: unknown): boolean =>
  failure instanceof UpstreamError && outages.has(failure.reason);

async function send(
  { received, cards, log }: CredentialServices,
  { operationId, application }: ReceivedApplication,
  signal: AbortSignal,
): Promise<void> {
  const answer = await cards.submitApplication(operationId, newApplicationSchema.parse(application), signal);
  if ('refused' in answer) {
    log.error({ operation: operationId }, 'card management refused an application that had waited');
    await received.closeApplications([operationId]);
    return;
  }
  await received.applicationSent(operationId, answer.application.id);
}
