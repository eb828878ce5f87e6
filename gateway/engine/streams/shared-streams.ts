import type { SubgraphFailure, SubgraphResponse } from '../../executor/index.ts';
import type { UpstreamListener } from '../../transport/streams/stream-transport.ts';
import { ClientGone, type GraphQLResult } from '../request.ts';
import { Turns } from './event-fetches.ts';
import { EventQueue, isAnyAwaited, type QueueBounds } from './event-queue.ts';
import type { StreamEvent } from './stream.ts';

export interface StreamSource {
  /**
   * Whether the root field has an argument `after`, a cursor from which its subgraph continues. If true, the stream is
   * not shared, because a client that joins later would miss its first events. The subgraph waits for a slow client, so
   * that no event is dropped.
   */
  readonly isContinuable: boolean;
  /** Opens the stream of the subgraph. @throws SubgraphFailure */
  open(listener: UpstreamListener, signal: AbortSignal): Promise<void>;
  /** Makes the answer to one event of the subgraph. Rejects only if the gateway has a defect. */
  answer(response: SubgraphResponse, signal: AbortSignal): Promise<GraphQLResult>;
  /** Called with a defect of the gateway. The stream then ends. */
  failed(error: unknown): void;
}

/**
 * The bounds of each queue: of one client's waiting events, and of the unanswered events of one subgraph's stream. At a
 * hundred events a second, a client that pauses for less than a second loses no event.
 */
const bounds: QueueBounds = { maxEvents: 100, maxBytes: 1024 * 1024 };

/** The largest number of events that call subgraphs at the same time. Each event makes a few requests. */
const maxEventsAtOnce = 256;

/** Clients reconnect after a random time between 1 s and this time, in ms, so that not all reconnect together. */
const longestAwayMs = 10_000;

/** What arrives from a subgraph's stream. The gateway has not made the answer for the clients yet. */
type Arrived =
  | { readonly kind: 'next'; readonly response: SubgraphResponse; readonly cursor: string | null }
  | { readonly kind: 'lagged'; readonly cursor: string | null }
  | { readonly kind: 'end'; readonly failure: SubgraphFailure | null };

/**
 * All streams over one supergraph. Clients' streams with equal keys share one stream of a subgraph. The answer to an
 * event is made once, and goes to all these clients. A key must contain everything on which an answer depends.
 *
 * Before: A and B subscribe to `{ bookAdded { title } }` with the same rights. After: the subgraph has one stream, and
 * both get its events. When both have left, the subgraph's stream is closed.
 */
export class SharedStreams {
  /** Limits how many events call subgraphs at the same time. */
  readonly turns = new Turns(maxEventsAtOnce);
  readonly #random: () => number;
  readonly #all = new Set<LiveStream>();
  readonly #byKey = new Map<string, LiveStream>();
  #hasEnded = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Joins the stream with this key, or opens it. `key` is null if the stream can't be shared. The events end when the
   * signal aborts. @throws SubgraphFailure if the stream can't be opened
   */
  async subscribe(
    key: string | null,
    source: StreamSource,
    signal: AbortSignal,
  ): Promise<AsyncIterable<StreamEvent>> {
    const stream = (key === null ? undefined : this.#byKey.get(key)) ?? this.#open(key, source);
    const events = stream.join(signal);
    await stream.opened;
    if (this.#hasEnded) {
      this.endAll();
    }
    return events;
  }

  /** Ends all open streams, and every later one. Their clients are asked to reconnect at different times. */
  endAll(): void {
    this.#hasEnded = true;
    for (const stream of this.#all) {
      stream.endAll('SUPERGRAPH_CHANGED', 'The graph has changed: subscribe again.');
    }
  }

  #open(key: string | null, source: StreamSource): LiveStream {
    const stream: LiveStream = new LiveStream(source, this.#random, () => {
      this.#all.delete(stream);
      if (key !== null && this.#byKey.get(key) === stream) {
        this.#byKey.delete(key);
      }
    });
    this.#all.add(stream);
    if (key !== null) {
      this.#byKey.set(key, stream);
    }
    stream.start();
    return stream;
  }
}

/** One stream of a subgraph, and the clients that get its events. */
class LiveStream {
  readonly opened: Promise<void>;
  readonly #opening = Promise.withResolvers<void>();
  readonly #source: StreamSource;
  readonly #random: () => number;
  readonly #onEnd: () => void;
  readonly #closing = new AbortController();
  readonly #queues = new Set<EventQueue<StreamEvent>>();
  readonly #arrived = new EventQueue<Arrived>(bounds, (cursor) => ({ kind: 'lagged', cursor }));
  /** Called when a client begins to wait for an event, and when the stream is closed. */
  #wake: () => void = () => undefined;

  constructor(source: StreamSource, random: () => number, onEnd: () => void) {
    this.#source = source;
    this.#random = random;
    this.#onEnd = onEnd;
    this.opened = this.#opening.promise;
    // Each client gets the error. This handler prevents an unhandled rejection if all of them have left.
    this.opened.catch(() => undefined);
  }

  start(): void {
    const listener: UpstreamListener = {
      next: (response, bytes, cursor) =>
        this.#arrived.push({ kind: 'next', response, cursor }, { bytes: () => bytes, cursor }),
      room: () => (this.#source.isContinuable ? this.#arrived.room() : null),
      end: (failure) => this.#arrived.end({ kind: 'end', failure }),
    };
    this.#source.open(listener, this.#closing.signal).then(this.#opening.resolve, (error: unknown) => {
      this.#close();
      this.#opening.reject(error);
    });
    void this.#answerAll();
  }

  /** Adds a client, until it wants no more events or the signal aborts. */
  join(signal: AbortSignal): EventQueue<StreamEvent> {
    const leave = () => {
      signal.removeEventListener('abort', abort);
      this.#leave(events);
    };
    const events = new EventQueue<StreamEvent>(bounds, lagged, leave, () => this.#wake());
    const abort = () => void events.return();
    this.#queues.add(events);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) {
      abort();
    }
    return events;
  }

  /** Ends the stream for all clients. Each client gets a different time to reconnect. */
  endAll(code: string, message: string): void {
    for (const events of this.#queues) {
      const retryAfterMs = Math.round(1000 + this.#random() * (longestAwayMs - 1000));
      events.end({ kind: 'end', code, message, retryAfterMs });
    }
    this.#close();
  }

  #leave(events: EventQueue<StreamEvent>): void {
    this.#queues.delete(events);
    if (this.#queues.size === 0) {
      this.#close();
    }
  }

  /** Closes the stream. Clients that subscribe later open a new stream of the subgraph. */
  #close(): void {
    this.#queues.clear();
    this.#onEnd();
    void this.#arrived.return();
    this.#closing.abort(new ClientGone('nobody wants these events'));
    this.#wake();
  }

  /**
   * Makes the answers to the events, in their order. The first event is answered at once, because the charge for
   * opening the stream includes it. Each later event is answered only when a client waits for it. A client that reads
   * slowly or has used up its rate limit doesn't wait for an event, and so causes no work.
   */
  async #answerAll(): Promise<void> {
    for await (const event of this.#arrived) {
      switch (event.kind) {
        case 'next':
          await this.#answer(event.response, event.cursor);
          break;
        case 'lagged':
          this.#tell(lagged(event.cursor), { bytes: () => 0, cursor: null });
          break;
        case 'end':
          this.#endWith(event.failure);
          break;
      }
      await this.#untilAwaited();
    }
  }

  /** Resolves when a client waits for an event, or when the stream is closed. */
  async #untilAwaited(): Promise<void> {
    while (!this.#closing.signal.aborted && !isAnyAwaited(this.#queues)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  async #answer(response: SubgraphResponse, cursor: string | null): Promise<void> {
    try {
      const result = await this.#source.answer(response, this.#closing.signal);
      let size: number | undefined;
      const bytes = () => {
        size ??= JSON.stringify(result).length;
        return size;
      };
      this.#tell({ kind: 'next', result }, { bytes, cursor });
    } catch (error) {
      this.#source.failed(error);
      this.endAll('INTERNAL_SERVER_ERROR', 'The gateway could not answer an event.');
    }
  }

  #tell(event: StreamEvent, queued: { bytes(): number; readonly cursor: string | null }): void {
    for (const events of this.#queues) {
      events.push(event, queued);
    }
  }

  #endWith(failure: SubgraphFailure | null): void {
    if (failure !== null) {
      this.endAll(failure.code, failure.message);
      return;
    }
    for (const events of this.#queues) {
      events.end({ kind: 'end', code: null, message: null, retryAfterMs: null });
    }
    this.#close();
  }
}

const lagged = (cursor: string | null): StreamEvent => ({
  kind: 'lagged',
  message:
    cursor === null
      ? 'Events were dropped here, because they came faster than they were read: read again what they are about.'
      : 'Events were dropped here, because they came faster than they were read: go on from the cursor.',
  cursor,
});
