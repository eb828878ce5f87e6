import type { NoticeDelivery, Notices } from '../../../store/journal/port.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import type { WebhookEndpoint } from '../endpoints/read-endpoints.ts';
import { reportNotices } from '../report.ts';
import { retryMs, type SendingTimes } from './back-off.ts';
import { messageOf } from './message.ts';
import type { WebhookPoster } from './post.ts';

/** The maximum number of deliveries to one endpoint at the same time. */
export const concurrentDeliveries = 8;

export interface SenderServices {
  readonly notices: Notices;
  readonly log: ErrorLog;
  readonly times: SendingTimes;
  /** The clock. It also gives the time stamps that receivers check. */
  readonly clock: () => Date;
  /** Returns a random number from 0 to below 1. */
  readonly random: () => number;
}

/**
 * Delivers the notices that are due to one endpoint. A notice that fails waits for its own next attempt, and the others
 * continue. While every attempt fails, the endpoint is tried less and less often.
 */
export class EndpointSender {
  readonly #services: SenderServices;
  readonly #endpoint: WebhookEndpoint;
  readonly #poster: WebhookPoster;
  /** The number of batches in a row in which every attempt failed. */
  #failedBatches = 0;

  constructor(services: SenderServices, endpoint: WebhookEndpoint, poster: WebhookPoster) {
    this.#services = services;
    this.#endpoint = endpoint;
    this.#poster = poster;
  }

  /** Delivers one batch. Resolves to the pause before the next batch, in ms. */
  async sendDue(signal: AbortSignal): Promise<number> {
    const { notices, times, log } = this.#services;
    try {
      const due = await notices.dueDeliveries(this.#endpoint.name, concurrentDeliveries);
      const delivered = await Promise.all(due.map((delivery) => this.#deliver(delivery, signal)));
      if (due.length === 0) {
        return times.pollMs;
      }
      this.#noteBatch(delivered.some((isDelivered) => isDelivered));
    } catch (error) {
      reportNotices(error, log);
      this.#failedBatches += 1;
    }
    return this.#failedBatches === 0
      ? 0
      : Math.min(times.pollMs * 2 ** (this.#failedBatches - 1), times.maxEndpointPauseMs);
  }

  /** Delivers one notice. Resolves to whether the endpoint has received it. */
  async #deliver(delivery: NoticeDelivery, signal: AbortSignal): Promise<boolean> {
    const { notices, times, clock, random, log } = this.#services;
    const { id, startedAt } = delivery;
    const { name: endpoint, secrets } = this.#endpoint;
    const sentAt = clock();
    const attempt = await this.#poster.post(messageOf(delivery, secrets, sentAt), signal);
    if (attempt.kind === 'delivered') {
      await notices.delivered(id, endpoint);
      return true;
    }
    // The attempt was interrupted, because this process ends. The next sender repeats it.
    if (signal.aborted) {
      return false;
    }
    const { failure, status, retryAfterMs: askedForMs } = attempt;
    const attempts = delivery.attempts + 1;
    const isOver = failure === 'GONE' || sentAt.getTime() - startedAt.getTime() >= times.giveUpAfterMs;
    const retryAfterMs = isOver ? null : retryMs(attempts, times, askedForMs, random);
    await notices.deliveryFailed(id, endpoint, { failure, status, retryAfterMs });
    if (isOver) {
      log.error({ endpoint, notice: id, failure, status, attempts }, 'a notice was given up');
    }
    return false;
  }

  #noteBatch(isAnyDelivered: boolean): void {
    const { log } = this.#services;
    const { name: endpoint } = this.#endpoint;
    if (isAnyDelivered && this.#failedBatches > 0) {
      log.warn({ endpoint }, 'the endpoint takes notices again');
    }
    if (!isAnyDelivered && this.#failedBatches === 0) {
      log.warn({ endpoint }, 'the endpoint takes no notice: it is tried again');
    }
    this.#failedBatches = isAnyDelivered ? 0 : this.#failedBatches + 1;
  }
}
