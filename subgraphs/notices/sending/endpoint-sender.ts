import type { NoticeDelivery, Notices } from '../../../store/journal/port.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
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
 * Delivers the notices that are due to one endpoint, eight at the same time. As soon as one has ended, the next one
 * begins, so that a slow one holds up none of the others. A notice that fails waits for its own next attempt. While every
 * attempt fails, the endpoint gets one batch at a time, less and less often.
 */
export class EndpointSender {
  readonly #services: SenderServices;
  readonly #endpoint: WebhookEndpoint;
  readonly #poster: WebhookPoster;
  /** The deliveries under way, by notice. They never reject. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** The number of attempts in a row that failed, up to those of a whole batch. */
  #failedInRow = 0;
  /** The number of batches in a row in which every attempt failed. */
  #failedBatches = 0;

  constructor(services: SenderServices, endpoint: WebhookEndpoint, poster: WebhookPoster) {
    this.#services = services;
    this.#endpoint = endpoint;
    this.#poster = poster;
  }

  /** Begins deliveries, and waits until one has ended. Resolves to the pause before the next call, in ms. */
  async sendDue(signal: AbortSignal): Promise<number> {
    const { times, log } = this.#services;
    try {
      await this.#begin(signal);
    } catch (error) {
      reportNotices(error, log);
      this.#failedInRow = concurrentDeliveries;
    }
    const underWay = [...this.#underWay.values()];
    await (this.#failedBatches > 0
      ? Promise.all(underWay)
      : Promise.race([...underWay, pause(times.pollMs, signal)]));
    const isBatchFailed =
      this.#failedInRow >= concurrentDeliveries || (this.#failedInRow > 0 && this.#underWay.size === 0);
    if (isBatchFailed) {
      this.#noteFailedBatch();
    }
    return isBatchFailed
      ? Math.min(times.pollMs * 2 ** (this.#failedBatches - 1), times.maxEndpointPauseMs)
      : 0;
  }

  /** Resolves when no delivery is under way. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Begins as many due deliveries as there is room for. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { notices, log } = this.#services;
    // Deliveries under way are still due. One that ends during the call may be in its answer.
    const before = new Set(this.#underWay.keys());
    const due = await notices.dueDeliveries(this.#endpoint.name, concurrentDeliveries + before.size);
    const others = due.filter(({ id }) => !before.has(id));
    for (const delivery of others.slice(0, concurrentDeliveries - this.#underWay.size)) {
      const delivering = this.#deliver(delivery, signal)
        .catch((error: unknown) => {
          reportNotices(error, log);
          return false;
        })
        .then((isDelivered) => {
          this.#underWay.delete(delivery.id);
          this.#noteAttempt(isDelivered);
        });
      this.#underWay.set(delivery.id, delivering);
    }
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

  #noteAttempt(isDelivered: boolean): void {
    this.#failedInRow = isDelivered ? 0 : this.#failedInRow + 1;
    if (isDelivered && this.#failedBatches > 0) {
      this.#failedBatches = 0;
      this.#services.log.warn({ endpoint: this.#endpoint.name }, 'the endpoint takes notices again');
    }
  }

  #noteFailedBatch(): void {
    if (this.#failedBatches === 0) {
      this.#services.log.warn(
        { endpoint: this.#endpoint.name },
        'the endpoint takes no notice: it is tried again',
      );
    }
    this.#failedInRow = 0;
    this.#failedBatches += 1;
  }
}
