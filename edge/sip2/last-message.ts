import { randomUUID } from 'node:crypto';

/**
 * The reference of a change that a message asks for. It isn't made from the message, because the same bytes can be a new
 * wish: a terminal whose clock stands still lends an item, takes it back, and lends it again.
 */
export class MessageReference {
  #current = newReference();

  get current(): string {
    return this.#current;
  }

  /** Makes the next attempt a new operation. Call it only after an attempt that has certainly changed nothing. */
  renew(): void {
    this.#current = newReference();
  }
}

const newReference = (): string => `sip2-${randomUUID()}`;

/** A message that was answered. */
interface Answered {
  readonly frame: Buffer;
  readonly reference: MessageReference;
  /** The answer, if the same message gets it again. Null if the graph is asked again, with the same reference. */
  readonly bytes: Buffer | null;
}

/**
 * The last message of a connection. A terminal that gets no answer sends the same bytes again, within seconds. Anything
 * else is a new message: older bytes, and the same bytes later.
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

  /** `lastsMs` is the time for which the same bytes repeat the message, in ms. */
  remember(answered: Answered, lastsMs: number): void {
    this.#last = { ...answered, until: this.#monotonic() + lastsMs };
  }

  forget(): void {
    this.#last = null;
  }
}
