import { randomUUID } from 'node:crypto';
import type { NoticeLease } from '../../store/journal/port.ts';
import { repeat, type Wait } from '../operations/repeat.ts';
import type { MailConfig } from '../runtime/environment/mail.ts';
import type { ErrorLog } from '../runtime/errors.ts';
import { pause } from '../runtime/pause.ts';
import { readEndpoints } from './endpoints/read-endpoints.ts';
import { type MailerOptions, type MailerServices, openMailer } from './mail/mailer.ts';
import { openSmtp } from './mail/smtp.ts';
import { makeNotices } from './making/make-notices.ts';
import type { MakingServices } from './making/services.ts';
import { reportNotices } from './report.ts';
import { type SendingTimes, sendingTimes } from './sending/back-off.ts';
import type { NoticeEndpoint } from './sending/endpoint.ts';
import { concurrentDeliveries, EndpointSender } from './sending/endpoint-sender.ts';
import { openWebhook } from './sending/post.ts';

/** Duration of the lease, in ms. If this process does not renew it in time, another process makes and sends notices. */
const leaseMs = 15_000;
/** Pause before the lease is taken or renewed again, in ms. */
const leaseEveryMs = 5_000;
/** Pause between two runs that make notices, in ms. */
const makeEveryMs = 60_000;

export interface NoticeServices extends Omit<MakingServices, 'endpoints' | 'clock'> {
  readonly log: ErrorLog;
}

export interface NoticeSettings {
  readonly webhooksFile: string | null;
  readonly mail: MailConfig | null;
  readonly production: boolean;
}

export interface NoticeOptions {
  readonly clock?: () => Date;
  readonly times?: SendingTimes;
  readonly makeEveryMs?: number;
  readonly wait?: Wait;
  readonly random?: () => number;
}

/** The time limit of sending a mail, in ms. A server may check a mail for viruses before it answers. */
const mailAttemptMs = 60_000;

/**
 * The work of making and sending notices. The list is empty if notices are delivered nowhere.
 * @param outbox takes the mails instead of a mail server
 * @throws Error whose message says what is wrong with WEBHOOKS_FILE.
 */
export async function noticeWork(
  services: NoticeServices & MailerServices,
  { webhooksFile, mail, production }: NoticeSettings,
  outbox: MailerOptions | null = null,
): Promise<readonly (() => AsyncDisposable)[]> {
  const webhooks = webhooksFile === null ? [] : await readEndpoints(webhooksFile, production);
  const mailer = mail === null ? outbox : { ...mail, send: openSmtp(mail.server, mailAttemptMs) };
  const open = () => [
    ...webhooks.map((webhook) => openWebhook(webhook, concurrentDeliveries, services.log)),
    ...(mailer === null ? [] : [openMailer(services, mailer)]),
  ];
  return webhooks.length === 0 && mailer === null ? [] : [() => startNotices(services, open())];
}

/**
 * Makes notices for readers and sends them to the endpoints, until the result is disposed of. Disposing also closes the
 * endpoints. Only one process at a time does the work. It holds a lease in the journal, and another process takes over
 * when the lease ends. Each notice is made once, and sent at least once.
 *
 * Example: a process posts a notice and is killed before it records the answer. Another process posts the notice again,
 * with the same id.
 */
export function startNotices(
  services: NoticeServices,
  endpoints: readonly NoticeEndpoint[],
  options: NoticeOptions = {},
): AsyncDisposable {
  const { wait = pause } = options;
  const stopped = new AbortController();
  const leasing = new Leasing(services, endpoints, options);
  const running = repeat(() => leasing.renew(), wait, stopped.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
      await leasing.leave();
      await Promise.all(endpoints.map((endpoint) => endpoint[Symbol.asyncDispose]()));
    },
  };
}

class Leasing {
  readonly #services: NoticeServices;
  readonly #endpoints: readonly NoticeEndpoint[];
  readonly #options: NoticeOptions;
  readonly #holder = randomUUID();
  #lease: NoticeLease | null = null;
  #leasedAtMs = Number.NEGATIVE_INFINITY;
  #work: { readonly stop: AbortController; readonly done: Promise<unknown> } | null = null;

  constructor(services: NoticeServices, endpoints: readonly NoticeEndpoint[], options: NoticeOptions) {
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
    const { notices, patrons, log } = this.#services;
    const senders = this.#endpoints.map(
      (endpoint) => new EndpointSender({ notices, patrons, log, times, clock, random }, endpoint),
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
        await makeNotices({
          ...services,
          endpoints: this.#endpoints,
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
