/** Opens a stream again and again. Each stream continues after the last event of the previous one. */
import { GraphError } from '../graph.ts';
import { missingValues } from '../missing.ts';
import { announced, codesOf, HandlerFailed, ofCaller, readAnewReasonOf } from './ends.ts';
import type { FollowedEvent, FollowOptions, FollowStatus, ReadAnewReason } from './options.ts';
import { SeenIds } from './seen-ids.ts';
import { Timer } from './timer.ts';
import { endedBy, type StreamResult, type StreamTransport, silent } from './transport.ts';
import { untilOnline } from './until-online.ts';

/** The upper bound of the pause before the first attempt to reconnect, in ms. The bound doubles with each failure. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/**
 * A stream that stays open for this time, in ms, counts as a success, even without an event. The pauses between
 * attempts grow until a success.
 */
const servedMs = 10_000;
/** The longest random addition to a pause that the graph requests, in ms, so that clients don't all return at once. */
const spreadMs = 1_000;
/** The maximum number of errors in a row that waiting can't repair. After one more, `follow` rejects. */
const maxRefusals = 5;
/** The time without a sign of life after which a stream is given up: two heartbeats of the graph, and some seconds. */
const defaultSilentMs = 30_000;
/** The number of event ids kept to recognize repeated events: about 1 MB. A reconnect repeats far fewer events. */
const maxSeenIds = 10_000;

interface Subscription {
  readonly query: string;
  readonly variables: object;
  readonly signal: AbortSignal;
}

export class Follower<Data, Event extends FollowedEvent> {
  readonly #transport: StreamTransport;
  readonly #eventOf: (data: Data) => Event | null | undefined;
  readonly #options: FollowOptions<Event>;
  readonly #subscription: Subscription;
  readonly #seen = new SeenIds(maxSeenIds);
  /** The cursors after which events are requested. If there are none, the stream begins with the next event. */
  #after: readonly string[] = [];
  #status: FollowStatus | null = null;
  /** The number of failures since a stream delivered an event, or stayed open for `servedMs`. */
  #failures = 0;
  /** The number of errors in a row that waiting can't repair. */
  #refusals = 0;
  #isTokenRefused = false;
  #hasReadAnew = false;

  constructor(
    transport: StreamTransport,
    eventOf: (data: Data) => Event | null | undefined,
    options: FollowOptions<Event>,
    subscription: Subscription,
  ) {
    this.#transport = transport;
    this.#eventOf = eventOf;
    this.#options = options;
    this.#subscription = subscription;
  }

  async run(): Promise<void> {
    const { signal } = this.#subscription;
    signal.throwIfAborted();
    this.#show('catching up');
    if (this.#options.after === undefined) {
      await this.#readAnew('START');
    } else {
      this.#after = this.#options.after;
    }
    for (;;) {
      const isFromNowOn = this.#after.length === 0;
      const error = await this.#open();
      signal.throwIfAborted();
      const why = readAnewReasonOf(error);
      if (why === null) {
        await this.#comeBackAfter(error);
      } else if (this.#hasReadAnew) {
        // Even the cursors that the caller has just read were refused. They are read again after a pause.
        await this.#pause(null);
      }
      if (why !== null || (isFromNowOn && this.#after.length === 0)) {
        await this.#readAnew(why ?? 'NO_CURSOR');
      }
    }
  }

  /** Opens the stream once. Resolves to the error that ended it, or to null. Rejects if the caller's code failed. */
  async #open(): Promise<unknown> {
    const { silentMs = defaultSilentMs, quietMs = 1_000 } = this.#options;
    const { query, signal } = this.#subscription;
    const attempt = new AbortController();
    const live = new Timer(() => this.#show('live'));
    const served = new Timer(() => this.#succeed());
    const silence = new Timer(() => attempt.abort(silent));
    let isOpen = false;
    let underWay = Promise.resolve();
    const variables = () => ({
      ...this.#subscription.variables,
      after: this.#after.length === 0 ? null : this.#after,
    });
    silence.start(silentMs);
    try {
      await this.#transport.open(
        {
          query,
          get variables() {
            return variables();
          },
        },
        {
          heard: () => {
            silence.start(silentMs);
            if (!isOpen) {
              isOpen = true;
              served.start(servedMs);
            }
            if (this.#status !== 'live' && !live.isRunning) {
              this.#show('catching up');
              live.start(quietMs);
            }
          },
          next: async (result) => {
            silence.stop();
            live.stop();
            underWay = this.#handle(result);
            await underWay;
            silence.start(silentMs);
            if (this.#status !== 'live') {
              live.start(quietMs);
            }
          },
        },
        {
          signal: AbortSignal.any([signal, attempt.signal]),
          isTokenRefused: this.#isTokenRefused,
        },
      );
      return null;
    } catch (error) {
      // The caller's code may still be handling an event. Wait for it, or the next stream delivers that event again.
      const ended = await underWay.then(
        () => error,
        (failure: unknown) => failure,
      );
      if (ended instanceof HandlerFailed) {
        throw ended.cause;
      }
      return ended;
    } finally {
      live.stop();
      served.stop();
      silence.stop();
    }
  }

  async #handle({ data, errors = [] }: StreamResult): Promise<void> {
    const event = data == null ? null : await ofCaller(() => this.#eventOf(data as Data));
    if (event == null) {
      // The graph ended the stream, or sent an event without data. The next stream delivers that event again.
      throw endedBy(errors);
    }
    if (!this.#seen.has(event.id)) {
      await ofCaller(() => this.#options.onEvent(event, missingValues(errors)));
      this.#seen.add(event.id);
    }
    this.#after = [event.cursor];
    this.#succeed();
  }

  #succeed(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#isTokenRefused = false;
    this.#hasReadAnew = false;
  }

  /**
   * Waits until the stream may be opened again.
   *
   * @throws GraphError if opening the stream again would not help
   */
  async #comeBackAfter(error: unknown): Promise<void> {
    const codes = codesOf(error);
    const isTokenRefused =
      error instanceof GraphError && (error.status === 401 || codes.includes('UNAUTHENTICATED'));
    if (isTokenRefused && !this.#isTokenRefused) {
      this.#isTokenRefused = true;
      this.#show('catching up');
      return;
    }
    if (error instanceof GraphError && !error.isTemporary) {
      this.#refusals += 1;
      const isFinal = error.missing.some(({ remedy }) => remedy === 'rights' || remedy === 'input');
      if (isFinal || this.#refusals > maxRefusals) {
        throw error;
      }
    }
    this.#tell(error);
    const isAnnounced = error === null || codes.some((code) => announced.has(code));
    this.#show(isAnnounced && this.#failures === 0 ? 'catching up' : 'lost');
    await this.#pause(error instanceof GraphError ? error.retryAfterMs : null);
  }

  async #readAnew(why: ReadAnewReason): Promise<void> {
    this.#hasReadAnew = true;
    this.#show('catching up');
    for (;;) {
      try {
        const cursors = await this.#options.onReadAnew(why);
        this.#after = cursors.filter((cursor) => cursor != null);
        if (this.#after.length === cursors.length) {
          return;
        }
        throw new Error('a list has no cursor now');
      } catch (error) {
        this.#subscription.signal.throwIfAborted();
        if (error instanceof GraphError && !error.isTemporary) {
          throw error;
        }
        this.#tell(error);
        this.#show('lost');
        await this.#pause(error instanceof GraphError ? error.retryAfterMs : null);
      }
    }
  }

  #tell(error: unknown): void {
    if (error !== null) {
      this.#options.onError?.(error);
    }
  }

  async #pause(retryAfterMs: number | null): Promise<void> {
    const { random = Math.random, pause = untilOnline } = this.#options;
    const bound = Math.min(firstPauseMs * 2 ** this.#failures, longestPauseMs);
    this.#failures += 1;
    await pause(
      Math.max(random() * bound, retryAfterMs === null ? 0 : retryAfterMs + random() * spreadMs),
      this.#subscription.signal,
    );
  }

  #show(status: FollowStatus): void {
    if (this.#status !== status) {
      this.#status = status;
      this.#options.onStatus?.(status);
    }
  }
}
