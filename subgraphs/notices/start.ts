import { randomUUID } from 'node:crypto';
import type { NoticeLease } from '../../store/journal/port.ts';
import { repeat, type Wait } from '../operations/repeat.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import { pause } from '../runtime/pause.ts';
import { readEndpoints, type WebhookEndpoint } from './endpoints/read-endpoints.ts';
import { makeNotices } from './making/make-notices.ts';
import type { MakingServices } from './making/services.ts';
import { reportNotices } from './report.ts';
import { type SendingTimes, sendingTimes } from './sending/back-off.ts';
import { concurrentDeliveries, EndpointSender } from './sending/endpoint-sender.ts';
import { openPoster, type WebhookPoster } from './sending/post.ts';

/** Duration of the lease, in ms. If this process does not renew it in time, another process makes and sends notices. */
const leaseMs = 15_000;
/** Pause before the lease is taken or renewed again, in ms. */
const leaseEveryMs = 5_000;
/** Pause between two runs that make notices, in ms. */
const makeEveryMs = 60_000;

export interface NoticeServices extends Omit<MakingServices, 'endpoints' | 'clock'> {
  readonly log: ErrorLog;
}

export interface NoticeOptions {
  readonly clock?: () => Date;
  readonly times?: SendingTimes;
  /** The time limit of an attempt, in ms. */
  readonly attemptMs?: number;
  readonly makeEveryMs?: number;
  readonly wait?: Wait;
  readonly random?: () => number;
}

/**
 * The work of making and sending notices, if there is a WEBHOOKS_FILE. Otherwise there is no work.
 * @throws Error whose message says what is wrong with that file.
 */
export async function noticeWork(
  services: NoticeServices,
  { webhooksFile, production }: { readonly webhooksFile: string | null; readonly production: boolean },
): Promise<readonly (() => AsyncDisposable)[]> {
  if (webhooksFile === null) {
    return [];
  }
  const endpoints = await readEndpoints(webhooksFile, production);
  return [() => startNotices(services, endpoints)];
}

/**
 * Makes notices for readers and sends them to the endpoints, until it is disposed of. Only one process at a time does
 * this. It holds a lease in the journal, and another process takes over when the lease ends. Each notice is made once,
 * and sent at least once.
 *
 * Example: a process posts a notice and is killed before it records the answer. Another process posts the notice again,
 * with the same id.
 * @throws Error if an endpoint's file of authorities can't be used.
 */
export function startNotices(
  services: NoticeServices,
  endpoints: readonly WebhookEndpoint[],
  options: NoticeOptions = {},
): AsyncDisposable {
  const { attemptMs, wait = pause } = options;
  const posters = endpoints.map((endpoint) => ({
    endpoint,
    poster: openPoster(endpoint, concurrentDeliveries, services.log, attemptMs),
  }));
  const stopped = new AbortController();
  const leasing = new Leasing(services, posters, options);
  const running = repeat(() => leasing.renew(), wait, stopped.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
      await leasing.leave();
      await Promise.all(posters.map(({ poster }) => poster[Symbol.asyncDispose]()));
    },
  };
}

interface OpenEndpoint {
  readonly endpoint: WebhookEndpoint;
  readonly poster: WebhookPoster;
}

/** Holds the lease, and works as long as it has the lease. */
class Leasing {
  readonly #services: NoticeServices;
  readonly #endpoints: readonly OpenEndpoint[];
  readonly #options: NoticeOptions;
  readonly #holder = randomUUID();
  #lease: NoticeLease | null = null;
  #leasedAtMs = Number.NEGATIVE_INFINITY;
  /** The work that runs while the lease is held. */
  #work: { readonly stop: AbortController; readonly done: Promise<unknown> } | null = null;

  constructor(services: NoticeServices, endpoints: readonly OpenEndpoint[], options: NoticeOptions) {
    this.#services = services;
    this.#endpoints = endpoints;
    this.#options = options;
  }

  /** Takes or renews the lease. Resolves to the pause before it must be renewed, in ms. */
  async renew(): Promise<number> {
    const beganAtMs = performance.now();
    try {
      this.#lease = await this.#services.notices.leaseNotices(this.#holder, leaseMs);
      this.#leasedAtMs = beganAtMs;
    } catch (error) {
      reportNotices(error, this.#services.log);
    }
    if (this.#lease === null || performance.now() - this.#leasedAtMs > leaseMs) {
      await this.#stopWork();
    } else {
      this.#work ??= this.#startWork();
    }
    return leaseEveryMs;
  }

  async leave(): Promise<void> {
    await this.#stopWork();
    try {
      await this.#services.notices.leaveNotices(this.#holder);
    } catch (error) {
      // If the journal is unreachable, the lease ends by itself.
      reportNotices(error, this.#services.log);
    }
  }

  #startWork() {
    const stop = new AbortController();
    const { wait = pause } = this.#options;
    const { clock = () => new Date(), times = sendingTimes, random = Math.random } = this.#options;
    const { notices, log } = this.#services;
    const senders = this.#endpoints.map(
      ({ endpoint, poster }) => new EndpointSender({ notices, log, times, clock, random }, endpoint, poster),
    );
    const loops = senders.map(async (sender) => {
      await repeat(() => sender.sendDue(stop.signal), wait, stop.signal);
      await sender.ended();
    });
    const making = repeat(() => this.#make(clock, stop.signal), wait, stop.signal);
    return { stop, done: Promise.all([...loops, making]) };
  }

  async #stopWork(): Promise<void> {
    this.#work?.stop.abort();
    await this.#work?.done;
    this.#work = null;
  }

  async #make(clock: () => Date, signal: AbortSignal): Promise<number> {
    const { log, ...services } = this.#services;
    if (this.#lease !== null) {
      try {
        const endpoints = this.#endpoints.map(({ endpoint }) => endpoint);
        await makeNotices({
          ...services,
          endpoints,
          clock,
          holder: this.#holder,
          lease: this.#lease,
          signal,
        });
      } catch (error) {
        if (!signal.aborted) {
          reportNotices(error, log);
        }
      }
    }
    return this.#options.makeEveryMs ?? makeEveryMs;
  }
}
