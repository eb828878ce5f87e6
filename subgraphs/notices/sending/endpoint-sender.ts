import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { NoticeDelivery, Notices, ReaderPreferences } from '../../../store/journal/port.ts';
import { isSwitchedOff } from '../../library/optional-notices.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import { pause } from '../../runtime/pause.ts';
import { reportNotices } from '../report.ts';
import { attempt } from './attempt.ts';
import { retryMs, type SendingTimes } from './back-off.ts';
import { finalFailures, type NoticeEndpoint } from './endpoint.ts';

/**
 * The outcome of a delivery that was due. A `dropped` one was not sent, so it does not show whether the endpoint works.
 */
type DeliveryOutcome = 'delivered' | 'failed' | 'dropped';

/** The maximum number of deliveries to one endpoint at the same time. */
export const concurrentDeliveries = 8;

export interface SenderServices {
  readonly notices: Notices & ReaderPreferences;
  readonly patrons: Pick<PatronRegistry, 'findMany'>;
  readonly log: ErrorLog;
  readonly times: SendingTimes;
  /** The clock. It also gives the time stamps that receivers check. */
  readonly clock: () => Date;
  /** Returns a random number from 0 to below 1. */
  readonly random: () => number;
}

/**
 * Delivers the notices that are due to one endpoint, eight at the same time. As soon as one delivery has ended, the
 * next one begins. So a slow delivery does not hold up other deliveries. A notice that fails waits for its own next
 * attempt.
 *
 * If eight attempts in a row fail, the endpoint itself seems to fail. Then the sender pauses, delivers up to eight
 * notices, waits until all of them have ended, and pauses again. The pauses become longer until an attempt succeeds.
 */
export class EndpointSender {
  readonly #services: SenderServices;
  readonly #endpoint: NoticeEndpoint;
  /** The deliveries under way, by notice. They never reject. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** The number of attempts in a row that failed. It starts again from 0 after a failed batch. */
  #failedInRow = 0;
  /**
   * The number of failed batches in a row. A batch has failed if eight attempts in a row failed, or all attempts if
   * fewer were due.
   */
  #failedBatches = 0;

  constructor(services: SenderServices, endpoint: NoticeEndpoint) {
    this.#services = services;
    this.#endpoint = endpoint;
  }

  /**
   * Begins deliveries, and waits until one of those under way has ended, but at most `pollMs`. After a batch in which
   * every attempt failed, waits until all have ended. Resolves to the pause before the next call, in ms.
   */
  async sendDue(signal: AbortSignal): Promise<number> {
    const { times, log } = this.#services;
    try {
      await this.#begin(signal);
    } catch (error) {
      reportNotices(error, log);
      this.#failedInRow = concurrentDeliveries;
    }
    const underWay = [...this.#underWay.values()];
    await (this.#failedBatches > 0 && underWay.length > 0
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

  /** Begins due deliveries, until `concurrentDeliveries` are under way. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { notices, log } = this.#services;
    // In the journal, deliveries under way are still due. So the answer may contain them, even those that end during
    // the call.
    const before = new Set(this.#underWay.keys());
    const due = await notices.dueDeliveries(this.#endpoint.name, concurrentDeliveries + before.size);
    const others = due.filter(({ id }) => !before.has(id));
    for (const delivery of others.slice(0, concurrentDeliveries - this.#underWay.size)) {
      const delivering = this.#deliver(delivery, signal)
        .catch((error: unknown) => {
          reportNotices(error, log);
          return 'failed' as const;
        })
        .then((outcome) => {
          this.#underWay.delete(delivery.id);
          if (outcome !== 'dropped') {
            this.#noteAttempt(outcome === 'delivered');
          }
        });
      this.#underWay.set(delivery.id, delivering);
    }
  }

  /** Delivers one notice, unless its reader has switched off its kind. */
  async #deliver(delivery: NoticeDelivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const { notices, patrons, times, clock, random, log } = this.#services;
    const { id, startedAt, kind, patronId } = delivery;
    const { name: endpoint } = this.#endpoint;
    const [preferences] = await notices.noticePreferences([patronId]);
    if (preferences !== undefined && isSwitchedOff(kind, preferences)) {
      await notices.dropDelivery(id, endpoint);
      return 'dropped';
    }
    const sentAt = clock();
    const language = preferences?.language ?? null;
    const outcome = await attempt(patrons, this.#endpoint, delivery, { sentAt, language }, signal);
    if (outcome.kind === 'delivered') {
      await notices.delivered(id, endpoint);
      return 'delivered';
    }
    if (outcome.kind === 'dropped') {
      await notices.dropDelivery(id, endpoint);
      return 'dropped';
    }
    // The attempt was interrupted, because this process ends. The next sender repeats it.
    if (signal.aborted) {
      return 'failed';
    }
    const { failure, status, retryAfterMs: askedForMs } = outcome;
    const attempts = delivery.attempts + 1;
    const isOver =
      finalFailures.has(failure) || sentAt.getTime() - startedAt.getTime() >= times.giveUpAfterMs;
    const retryAfterMs = isOver ? null : retryMs(attempts, times, askedForMs, random);
    await notices.deliveryFailed(id, endpoint, { failure, status, retryAfterMs });
    if (failure === 'NO_ADDRESS') {
      return 'dropped';
    }
    if (isOver) {
      log.error({ endpoint, notice: id, failure, status, attempts }, 'a notice was given up');
    }
    return 'failed';
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
