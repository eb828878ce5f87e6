/** Follows the changes of a subscription without missing one. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { GraphError } from '../graph.ts';
import { type MissingValue, missingValues } from '../missing.ts';
import { wait } from '../settle.ts';
import { SeenIds } from './seen-ids.ts';
import { endedBy, type StreamResult, type StreamTransport, silent } from './transport.ts';

/** The fields that an event's selection must have, at least. */
export interface FollowedEvent {
  readonly id: string;
  readonly cursor: string;
}

/**
 * `catching up`: events are told that happened before; the screen may be behind. `live`: the screen shows what is true
 * now. `lost`: there is no connection; the screen is behind, and catches up by itself later.
 */
export type FollowStatus = 'catching up' | 'live' | 'lost';

/**
 * Why the lists must be read anew. `NO_CURSOR`: the stream ended before its first event, and it was opened without a
 * cursor.
 */
export type ReadAnewReason = 'CURSOR_EXPIRED' | 'CURSOR_INVALID' | 'EVENTS_DROPPED' | 'NO_CURSOR';

/** The variables of a subscription with an argument `after`. */
export interface FollowVariables {
  readonly after?: readonly string[] | string | null | undefined;
}

export interface FollowOptions<Event> {
  /** The cursors of the lists on the screen, or that of the last event. Without them, events from now on. */
  readonly after?: readonly string[];
  /**
   * Called for each event, in order, and for none twice. The next one waits until this one is handled. An error ends the
   * following.
   *
   * @param missing the values in the event that are null because they could not be read
   */
  onEvent(event: Event, missing: readonly MissingValue[]): void | Promise<void>;
  /**
   * Read the lists anew, and return their cursors. Called when there is nothing to go on from. If it rejects, it is
   * called again after a pause.
   */
  onReadAnew(why: ReadAnewReason): Promise<readonly string[]>;
  /** Called when the status changes. It begins with `catching up`. */
  onStatus?(status: FollowStatus): void;
  /** Ends the following. */
  readonly signal?: AbortSignal;
  /** Time without a sign of life after which the connection is given up, in ms. The graph sends one each 12 s. */
  readonly silentMs?: number;
  /** Time without an event after which the screen is `live`, in ms. The default is 1,000. */
  readonly quietMs?: number;
  /** Waits for `ms` before the stream is opened again. By default no longer than until the browser is online. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
  /** Returns a number from 0 up to 1, without 1. */
  random?(): number;
}

type Variables<All extends FollowVariables> =
  Record<string, never> extends Omit<All, 'after'>
    ? { readonly variables?: Omit<All, 'after'> }
    : { readonly variables: Omit<All, 'after'> };

/** The bound of the pause before the first attempt to come back, in ms. It doubles with each failure. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** The pause after a time that the graph has asked for is longer by up to this, so that not all come at once. */
const spreadMs = 1_000;
/** The number of refused tokens, and of faults that nobody announced, in a row. With the next one it gives up. */
const maxRefusals = 5;
/** Twice the heartbeats of the graph, and some seconds. */
const defaultSilentMs = 30_000;
/** About 1 MB. What a list's cursor repeats is not more than some seconds of a library's changes. */
const maxSeenIds = 10_000;

/**
 * Follows a subscription whose field has an argument `after`, given by the variable of this name. Whenever the stream
 * ends, it is opened again from the last cursor, so that no event is missed. Resolves when the signal aborts.
 *
 * ```ts
 * await follow(overFetch({ url, token }), FollowMineDocument, ({ myChanges }) => myChanges, {
 *   after: [changesCursor],
 *   onEvent: ({ kind, subjectId }) => show(kind, subjectId),
 *   onReadAnew: async () => [await readLists()],
 *   signal,
 * });
 * ```
 *
 * @param eventOf returns the event in the data
 * @throws GraphError if the graph refuses the subscription, and would refuse it again
 * @throws whatever `onEvent` throws
 */
export async function follow<Data, All extends FollowVariables, Event extends FollowedEvent>(
  transport: StreamTransport,
  document: TypedDocumentNode<Data, All>,
  eventOf: (data: Data) => Event | null | undefined,
  options: FollowOptions<Event> & Variables<All>,
): Promise<void> {
  const { variables = {}, signal = new AbortController().signal } = options;
  const follower = new Follower<Data, Event>(transport, eventOf, options, {
    query: print(document),
    variables,
    signal,
  });
  try {
    await follower.run();
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) {
      throw error;
    }
  }
}

interface Subscription {
  readonly query: string;
  readonly variables: object;
  readonly signal: AbortSignal;
}

/** An error of the caller's own code, which ends the following. */
class HandlerFailed extends Error {}

class Follower<Data, Event extends FollowedEvent> {
  readonly #transport: StreamTransport;
  readonly #eventOf: (data: Data) => Event | null | undefined;
  readonly #options: FollowOptions<Event>;
  readonly #subscription: Subscription;
  readonly #seen = new SeenIds(maxSeenIds);
  /** Empty: from now on. */
  #after: readonly string[];
  #status: FollowStatus | null = null;
  /** Failures since the stream was last live or told an event. */
  #failures = 0;
  /** Of these, those that waiting alone does not repair. */
  #refusals = 0;
  #isTokenRefused = false;

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
    this.#after = options.after ?? [];
  }

  async run(): Promise<void> {
    const { signal } = this.#subscription;
    signal.throwIfAborted();
    this.#show('catching up');
    for (;;) {
      const isFromNowOn = this.#after.length === 0;
      const error = await this.#open();
      signal.throwIfAborted();
      const why = readAnewReasonOf(error);
      if (why === null) {
        await this.#comeBackAfter(error);
      }
      if (why !== null || (isFromNowOn && this.#after.length === 0)) {
        await this.#readAnew(why ?? 'NO_CURSOR');
      }
    }
  }

  /** Opens the stream once, and resolves to the error that ended it, or to null. Rejects if `onEvent` failed. */
  async #open(): Promise<unknown> {
    const { silentMs = defaultSilentMs, quietMs = 1_000 } = this.#options;
    const { query, signal } = this.#subscription;
    const attempt = new AbortController();
    const live = new Timer(() => {
      this.#succeed();
      this.#show('live');
    });
    const silence = new Timer(() => attempt.abort(silent));
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
            if (this.#status !== 'live' && !live.isRunning) {
              this.#show('catching up');
              live.start(quietMs);
            }
          },
          next: async (result) => {
            silence.stop();
            live.stop();
            await this.#handle(result);
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
      if (error instanceof HandlerFailed) {
        throw error.cause;
      }
      return error;
    } finally {
      live.stop();
      silence.stop();
    }
  }

  async #handle({ data, errors = [] }: StreamResult): Promise<void> {
    const event = data == null ? null : this.#eventOf(data as Data);
    if (event == null) {
      // The end of a stream, or an event that could not be told: the graph tells it again after the last cursor.
      throw endedBy(errors);
    }
    if (!this.#seen.has(event.id)) {
      try {
        await this.#options.onEvent(event, missingValues(errors));
      } catch (error) {
        throw new HandlerFailed('onEvent failed', { cause: error });
      }
      this.#seen.add(event.id);
    }
    this.#after = [event.cursor];
    this.#succeed();
  }

  #succeed(): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#isTokenRefused = false;
  }

  /**
   * Waits until the stream may be opened again.
   *
   * @throws GraphError if that would not help
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
    const isAnnounced = error === null || codes.some((code) => announced.has(code));
    this.#show(isAnnounced && this.#failures === 0 ? 'catching up' : 'lost');
    await this.#pause(error instanceof GraphError ? error.retryAfterMs : null);
  }

  async #readAnew(why: ReadAnewReason): Promise<void> {
    this.#show('catching up');
    for (;;) {
      try {
        this.#after = await this.#options.onReadAnew(why);
        return;
      } catch (error) {
        this.#subscription.signal.throwIfAborted();
        if (error instanceof GraphError && !error.isTemporary) {
          throw error;
        }
        this.#show('lost');
        await this.#pause(error instanceof GraphError ? error.retryAfterMs : null);
      }
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

const codesOf = (error: unknown): readonly string[] =>
  error instanceof GraphError ? error.missing.map(({ code }) => code) : [];

const readAnewReasonOf = (error: unknown): ReadAnewReason | null =>
  (['CURSOR_EXPIRED', 'CURSOR_INVALID', 'EVENTS_DROPPED'] as const).find((reason) =>
    codesOf(error).includes(reason),
  ) ?? null;

/** Ends that are no fault, after which the same stream is served at once. */
const announced: ReadonlySet<string> = new Set(['STREAM_MOVED', 'SUPERGRAPH_CHANGED']);

/** Waits for `ms`, or in a browser until it is online again, if that is earlier. */
async function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  const online = new AbortController();
  const wake = () => online.abort();
  globalThis.addEventListener?.('online', wake);
  try {
    await wait(ms, AbortSignal.any([signal, online.signal]));
  } catch (error) {
    if (!online.signal.aborted || signal.aborted) {
      throw error;
    }
  } finally {
    globalThis.removeEventListener?.('online', wake);
  }
}

/** One timer, which starts anew whenever it is started. */
class Timer {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isRunning(): boolean {
    return this.#timer !== null;
  }

  start(ms: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#ring();
    }, ms);
  }

  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
