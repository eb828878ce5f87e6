/**
 * A queue is full if this many events or bytes wait. The last event may exceed `maxBytes`, because an event that is too
 * large for any queue must be delivered too.
 */
export interface QueueBounds {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

interface Waiting<Event> {
  readonly event: Event;
  readonly bytes: number;
  readonly cursor: string | null;
}

export interface QueuedEvent {
  /** Returns the size of the event in bytes. Called only if the event must wait. */
  bytes(): number;
  /** The position after the event, from which its source can continue. Null if the source gives no position. */
  readonly cursor: string | null;
}

/**
 * Events between a source, which pushes them, and one consumer, which may be slower. If too many wait, all of them are
 * dropped. In their place, the consumer gets one event that reports the loss, followed by the new event. No older event
 * is kept, because most clients must then read everything again.
 *
 *     bound of 3:   push a b c d e, nothing is consumed   →   the consumer gets: lagged, d, e
 */
export class EventQueue<Event> implements AsyncIterableIterator<Event, undefined> {
  readonly #bounds: QueueBounds;
  readonly #lagged: (cursor: string | null) => Event;
  readonly #onReturn: () => void;
  readonly #onWait: () => void;
  #waiting: Waiting<Event>[] = [];
  #waitingBytes = 0;
  /** The cursor of the last event that the consumer has got. */
  #cursor: string | null = null;
  #hasEnded = false;
  #consumer: ((result: IteratorResult<Event, undefined>) => void) | null = null;
  /** Resolves when the queue is less than half full. Null if no source waits for that. */
  #roomy: PromiseWithResolvers<void> | null = null;

  /**
   * @param lagged makes the event that takes the place of dropped events. It gets the cursor of the last event before
   * them.
   * @param onReturn is called when the consumer wants no more events.
   * @param onWait is called when the consumer asks for an event, and there is none.
   */
  constructor(
    bounds: QueueBounds,
    lagged: (cursor: string | null) => Event,
    onReturn = () => {},
    onWait = () => {},
  ) {
    this.#bounds = bounds;
    this.#lagged = lagged;
    this.#onReturn = onReturn;
    this.#onWait = onWait;
  }

  /** Whether the consumer waits for an event. */
  get isAwaited(): boolean {
    return this.#consumer !== null;
  }

  push(event: Event, { bytes, cursor }: QueuedEvent): void {
    if (this.#hasEnded) {
      return;
    }
    if (this.#consumer !== null) {
      this.#cursor = cursor ?? this.#cursor;
      this.#deliver({ done: false, value: event });
      return;
    }
    const { maxEvents, maxBytes } = this.#bounds;
    if (this.#waiting.length >= maxEvents || this.#waitingBytes >= maxBytes) {
      this.#waiting = [{ event: this.#lagged(this.#cursor), bytes: 0, cursor: null }];
      this.#waitingBytes = 0;
    }
    const size = bytes();
    this.#waiting.push({ event, bytes: size, cursor });
    this.#waitingBytes += size;
  }

  /**
   * Null if the queue is less than half full, or has ended. Otherwise a promise that resolves when the queue is less
   * than half full, or has ended. A source that waits for this promise before each `push` loses no event.
   */
  room(): Promise<void> | null {
    if (!this.#isCrowded()) {
      return null;
    }
    this.#roomy ??= Promise.withResolvers();
    return this.#roomy.promise;
  }

  /** Ends the queue with one last event, after the waiting events. Only the first call has an effect. */
  end(event: Event): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    this.#tellRoom();
    if (this.#consumer === null) {
      this.#waiting.push({ event, bytes: 0, cursor: null });
    } else {
      this.#deliver({ done: false, value: event });
    }
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    const first = this.#waiting.shift();
    if (first !== undefined) {
      this.#waitingBytes -= first.bytes;
      this.#cursor = first.cursor ?? this.#cursor;
      this.#tellRoom();
      return Promise.resolve({ done: false, value: first.event });
    }
    if (this.#hasEnded) {
      return Promise.resolve({ done: true, value: undefined });
    }
    const { promise, resolve } = Promise.withResolvers<IteratorResult<Event, undefined>>();
    this.#consumer = resolve;
    this.#onWait();
    return promise;
  }

  /** The consumer calls this when it wants no more events. Drops the waiting events. */
  return(): Promise<IteratorResult<Event, undefined>> {
    this.#hasEnded = true;
    this.#waiting = [];
    this.#tellRoom();
    this.#deliver({ done: true, value: undefined });
    this.#onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #isCrowded(): boolean {
    const { maxEvents, maxBytes } = this.#bounds;
    const isHalfFull = this.#waiting.length >= maxEvents / 2 || this.#waitingBytes >= maxBytes / 2;
    return isHalfFull && !this.#hasEnded;
  }

  #tellRoom(): void {
    if (this.#roomy !== null && !this.#isCrowded()) {
      this.#roomy.resolve();
      this.#roomy = null;
    }
  }

  #deliver(result: IteratorResult<Event, undefined>): void {
    const consumer = this.#consumer;
    this.#consumer = null;
    consumer?.(result);
  }
}

/** Whether the consumer of any of the queues waits for an event. */
export function isAnyAwaited(queues: Iterable<{ readonly isAwaited: boolean }>): boolean {
  for (const { isAwaited } of queues) {
    if (isAwaited) {
      return true;
    }
  }
  return false;
}
