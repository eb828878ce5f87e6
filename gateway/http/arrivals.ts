import type { FastifyReply } from 'fastify';

type Response = FastifyReply['raw'];

/** A request on its way from its first byte to its answer. */
export interface Arrival {
  readonly response: Response;
  /** The one that came before it, and the one that came after; undefined too once it has left. */
  previous: Arrival | undefined;
  next: Arrival | undefined;
}

/**
 * The requests whose bodies may still be arriving, the oldest first.
 *
 * It is a linked list because a `Set` would keep garbage alive. V8 rebuilds the table of a set after some insertions, and each
 * old table refers to the next one. Once one of them is in the old generation, no minor collection frees what the later tables
 * refer to, which is every request since. That made a small request a fifth dearer.
 */
export class Arrivals {
  #oldest: Arrival | undefined;
  #newest: Arrival | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Response | undefined {
    return this.#oldest?.response;
  }

  add(response: Response): Arrival {
    const arrival: Arrival = { response, previous: this.#newest, next: undefined };
    if (this.#newest === undefined) {
      this.#oldest = arrival;
    } else {
      this.#newest.next = arrival;
    }
    this.#newest = arrival;
    this.#size += 1;
    return arrival;
  }

  /** To be called once for each arrival. */
  remove(arrival: Arrival): void {
    const { previous, next } = arrival;
    if (previous === undefined) {
      this.#oldest = next;
    } else {
      previous.next = next;
    }
    if (next === undefined) {
      this.#newest = previous;
    } else {
      next.previous = previous;
    }
    // It must not refer to later ones, for the same reason.
    arrival.previous = undefined;
    arrival.next = undefined;
    this.#size -= 1;
  }
}
