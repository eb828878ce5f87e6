import type { FetchSubgraph } from '../../executor/index.ts';

/**
 * Limits how much work runs at once. The work that waits is started in the order of its arrival. A stream waits for one
 * turn at most, so no more turns wait than there are streams.
 */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves when it is the caller's turn. Each turn must be ended with `leave`. */
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
 * The requests that one event needs beside its own data. They begin when it is the event's turn, and have a time limit
 * together. An event that needs none costs nothing here.
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

  /** `create` makes the function that calls subgraphs. Its signal aborts when `signal` does, or when the time is up. */
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

  /** To be called when the event is answered. */
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
