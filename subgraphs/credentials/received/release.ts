import { UpstreamError, type UpstreamReason } from '../../../adapters/soap/port.ts';
import type { ReceivedApplication } from '../../../store/journal/port.ts';
import { forEachAlone, startRounds, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { closeDecided } from '../procedures/steps/document-places.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import { maxOpenPerDocument } from '../rules/limits.ts';

/**
 * Pause between two rounds, in ms. When a place becomes free, an application waits at most this long, unless applications
 * for more than `maxAtOnce` documents wait. If no application waits, no system is called.
 */
const pauseMs = 15_000;
/**
 * The maximum number of documents that a round checks, and of applications that it sends. Each document takes a call to
 * card management.
 */
const maxAtOnce = 25;

/**
 * Starts the loop that sends applications which have waited for a place. The loop runs until the returned object is
 * disposed of. Several processes may run the loop, because card management recognises an application by its operation's
 * id, and accepts it once.
 */
export const startReleasing = (services: CredentialServices, wait: Wait = pause): AsyncDisposable =>
  startRounds((after, signal) => release(services, after, signal), pauseMs, wait);

/**
 * Runs one round. For the next documents, it checks which applications were decided, and gives their places to the
 * applications that have waited longest. Then it sends these applications. If one fails, the others continue. Resolves
 * to the position where the next round continues; null if the next round starts from the beginning. If all documents
 * failed because of an outage, the next round checks the same documents again. Otherwise these documents would wait
 * until all other documents are checked. Never rejects.
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

/** Failures that concern card management as a whole. Other failures may concern only one document. */
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
