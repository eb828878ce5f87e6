import type { ReceivedApplication } from '../../../adapters/journal/port.ts';
import { repeat, type Wait } from '../../operations/repeat.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import { maxOpenPerDocument } from '../rules/limits.ts';
import { closeDecided } from './places.ts';

/** Pause between two rounds, in ms: so long an application waits at most once there is a place. Nothing is asked where none waits. */
const pauseMs = 15_000;
/** Documents, and applications to send, of a round. Each document takes a call to card management. */
const maxAtOnce = 25;

/**
 * Starts the loop that sends applications which have waited for a place, until it is disposed of. Any number of processes may run it:
 * card management knows an application by its operation's id, and takes it once.
 */
export function startReleasing(services: CredentialServices, wait: Wait = pause): AsyncDisposable {
  const stopped = new AbortController();
  const { signal } = stopped;
  let after: string | null = null;
  const releasing = repeat(
    async () => {
      after = await release(services, after, signal);
      return pauseMs;
    },
    wait,
    signal,
  );
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await releasing;
    },
  };
}

/**
 * One round: looks whether applications for the next documents were decided, gives their places to those that have waited longest, and
 * sends these. Resolves to where the next round goes on; null: from the beginning. It never rejects.
 */
async function release(
  services: CredentialServices,
  after: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  const { received, log } = services;
  try {
    const waiting = await received.waitingDocuments(after, maxAtOnce);
    for (const { document } of waiting) {
      await closeDecided(services, document, signal);
      await received.admitWaiting(document, maxOpenPerDocument);
    }
    for (const application of await received.applicationsToSend(maxAtOnce)) {
      await send(services, application, signal);
    }
    return waiting.length < maxAtOnce ? null : (waiting.at(-1)?.position ?? null);
  } catch (error) {
    if (!signal.aborted) {
      reportFailure(log, error, 'applications that wait could not be sent');
    }
    return after;
  }
}

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
