import { randomUUID } from 'node:crypto';

/**
 * The reference (idempotency key) of the change that a message requests. The reference isn't derived from the message,
 * because the same bytes can be a new request. For example, a terminal whose clock stands still lends an item, takes
 * the item back, and lends it again.
 */
export class MessageReference {
  #current = newReference();

  get current(): string {
    return this.#current;
  }

  /** Makes a new reference for the next attempt. Call it only if the last attempt has certainly changed nothing. */
  renew(): void {
    this.#current = newReference();
  }
}

const newReference = (): string => `sip2-${randomUUID()}`;

interface Answered {
  readonly frame: Buffer;
  readonly reference: MessageReference;
  /**
   * The bytes to send if the same message comes again. Null if the graph must then be called again, with the same
   * reference.
   */
  readonly bytes: Buffer | null;
}

/**
 * The last message of a connection. A terminal that gets no answer sends the same bytes again within seconds. If these
 * bytes come later, or other bytes come, they are a new message.
 */
export class LastMessage {
  readonly #monotonic: () => number;
  #last: (Answered & { readonly until: number }) | null = null;

  /** `monotonic` is a clock in ms that is never put back. */
  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** The message that these bytes repeat. Null if they are a new message. */
  repeatedBy(frame: Buffer): Answered | null {
    const last = this.#last;
    const isRepeated = last?.frame.equals(frame) === true && this.#monotonic() < last.until;
    return isRepeated ? last : null;
  }

  /** Remembers a message. For the next `lastsMs` ms, the same bytes count as a repetition of the message. */
  remember(answered: Answered, lastsMs: number): void {
    this.#last = { ...answered, until: this.#monotonic() + lastsMs };
  }

  forget(): void {
    this.#last = null;
  }
}
