import type { FetchSubgraph } from '../../executor/index.ts';

/**
 * Limits how many events call subgraphs at the same time. The others wait, in the order of their arrival. A stream
 * answers one event at a time, so the queue is never longer than the number of streams.
 */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when the caller may start its work. The caller must call `leave` when the work has ended. */
  enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    return promise;
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}

/** An event was not answered in time. */
class EventTimeout extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Sends the requests to subgraphs that one event needs in addition to its own data. The first request waits until
 * `Turns` admits the event. Further requests don't wait. One time limit applies to all of them together.
 */
export class EventFetches {
  readonly #turns: Turns;
  readonly #maxMs: number;
  readonly #signal: AbortSignal;
  readonly #create: (signal: AbortSignal) => FetchSubgraph;
  readonly #controller = new AbortController();
  #turn: Promise<FetchSubgraph> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasTurn = false;

  /**
   * `create` makes the function that calls subgraphs. Its signal aborts when `signal` aborts, or when the time is up.
   */
  constructor(
    turns: Turns,
    maxMs: number,
    signal: AbortSignal,
    create: (signal: AbortSignal) => FetchSubgraph,
  ) {
    this.#turns = turns;
    this.#maxMs = maxMs;
    this.#signal = signal;
    this.#create = create;
  }

  readonly fetch: FetchSubgraph = async (request) => {
    this.#turn ??= this.#begin();
    const fetch = await this.#turn;
    return fetch(request);
  };

  /** Call this when the event is answered. */
  end(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#abort);
    if (this.#hasTurn) {
      this.#hasTurn = false;
      this.#turns.leave();
    }
  }

  async #begin(): Promise<FetchSubgraph> {
    await this.#turns.enter();
    this.#hasTurn = true;
    const { signal } = this.#controller;
    this.#signal.addEventListener('abort', this.#abort, { once: true });
    if (this.#signal.aborted) {
      this.#abort();
    }
    this.#timer = setTimeout(
      () => this.#controller.abort(new EventTimeout('no answer in time')),
      this.#maxMs,
    );
    return this.#create(signal);
  }

  readonly #abort = (): void => this.#controller.abort(this.#signal.reason);
}
