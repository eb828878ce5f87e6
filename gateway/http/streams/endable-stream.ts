import { clientGone, type StreamEnd, type StreamEvent } from './stream-end.ts';

/**
 * Reads the events of one stream. Another part of the gateway can end the stream at any time, even while an event is
 * awaited.
 */
export class EndableStream {
  readonly #events: AsyncIterator<StreamEvent>;
  /** The end that was set by `end`. Null while the stream goes on. */
  #end: StreamEnd | null = null;
  /**
   * Ends the wait for the next event. A promise for the end of the whole stream would take more and more memory:
   * `Promise.race` would add a reaction to it for each event.
   */
  #wake: (end: StreamEnd) => void = () => undefined;

  constructor(events: AsyncIterable<StreamEvent>) {
    this.#events = events[Symbol.asyncIterator]();
  }

  /** Whether `end` was called. */
  get isEnded(): boolean {
    return this.#end !== null;
  }

  /** Ends the stream early, with `end` as the reason. Only the first call counts. */
  end(end: StreamEnd): void {
    if (this.#end === null) {
      this.#end = end;
      this.#wake(end);
    }
  }

  /**
   * Resolves to the next event, or to the end. If the source ends without an event for its end, the client has gone.
   * Rejects only if the gateway has a defect.
   */
  next(): Promise<StreamEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<StreamEvent>();
    if (this.#end !== null) {
      resolve(this.#end);
      return promise;
    }
    this.#wake = resolve;
    this.#events
      .next()
      .then(({ done, value }) => resolve(done === true ? clientGone : value))
      .catch(reject);
    return promise;
  }

  /** Waits for `ms`, or until the stream ends. */
  async pause(ms: number): Promise<void> {
    if (this.#end !== null) {
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake = () => resolve();
    await promise;
    clearTimeout(timer);
  }

  /** Tells the source that nobody reads any more. */
  close(): void {
    void this.#events.return?.().catch(() => undefined);
  }
}
