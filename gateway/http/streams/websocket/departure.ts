/**
 * Closes a socket without losing an answer. No new operation is begun, and the socket is closed when the answers in
 * progress have been sent. If an answer were lost, the client would send the operation again, and a mutation would be
 * executed twice.
 */
export class Departure {
  readonly #maxMs: number;
  /** The operations in progress that have one result. An operation that has become a stream is not among them. */
  readonly #underWay = new Set<unknown>();
  /** Closes the socket. Null until the socket is to be closed. */
  #close: (() => void) | null = null;

  /** `maxMs` is the longest time between the call of `leave` and the close. */
  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  get hasBegun(): boolean {
    return this.#close !== null;
  }

  /** Records that an operation is in progress. Any value can stand for the operation. */
  begin(operation: unknown): void {
    this.#underWay.add(operation);
  }

  /** Records that the result of an operation was sent, or that the operation has become a stream. */
  done(operation: unknown): void {
    this.#underWay.delete(operation);
    this.#closeIfIdle();
  }

  /** Calls `close` as soon as no answer is in progress. Only the first call has an effect. */
  leave(close: () => void): void {
    if (this.#close === null) {
      this.#close = close;
      setTimeout(close, this.#maxMs).unref();
      this.#closeIfIdle();
    }
  }

  #closeIfIdle(): void {
    if (this.#underWay.size === 0) {
      this.#close?.();
    }
  }
}
