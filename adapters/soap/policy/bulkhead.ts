import { type CallClass, callClasses } from '../port.ts';
import { rankOf, shareOf } from './call-classes.ts';
import { CallFailure } from './call-failure.ts';
import { failureOfAbort } from './deadline.ts';

/** After so many turns that went past whoever has waited longest, they have the next. */
const mostPassedOver = 7;

interface Waiting {
  /** The order in which calls came, over all classes. */
  readonly arrival: number;
  readonly onTurn: () => void;
}

/** One class of calls. */
interface Lane {
  /** Calls under way at most, of this class and of those below together; and how many there are. */
  readonly places: number;
  taken: number;
  /** Calls of this class that wait at most. */
  readonly queue: number;
  readonly waiting: Set<Waiting>;
}

/**
 * So many calls at once, and so many that wait. Each class of calls shares the places with the classes below it, so that
 * some always remain for those above; a place that comes free goes to the most urgent class that may have it, there first
 * come, first served. Each class has a queue of its own, so that a flood fills no other's.
 *
 * Nobody starves: every eighth turn goes to whoever has waited longest, whatever the class, and what still waits at its
 * deadline ends then.
 *
 * Ours because a queue with an entry, two listeners and a race for each call costs twenty times as much, though hardly one
 * ever waits: decision 7.
 */
export class Bulkhead {
  /** The most urgent first. */
  readonly #lanes: readonly Lane[];
  #arrivals = 0;
  /** Turns that went past whoever had waited longest, since one did not. */
  #passedOver = 0;

  constructor(places: number, queue: number) {
    this.#lanes = callClasses.map((callClass) => ({
      places: shareOf(places, callClass),
      taken: 0,
      queue: shareOf(queue, callClass),
      waiting: new Set(),
    }));
  }

  /**
   * Takes a place, to be left by `leave` with the same class; null where one was free. Throws a `CallFailure`, `overloaded`
   * where the class's queue is full; rejects with one at once when the signal aborts, and then no place is taken.
   */
  enter(callClass: CallClass, signal: AbortSignal): Promise<void> | null {
    if (signal.aborted) {
      throw failureOfAbort(signal, 'wait');
    }
    const rank = rankOf[callClass];
    // Nobody who might have it waits while there is one: it would have been theirs as it came free.
    if (this.#hasPlace(rank)) {
      this.#take(rank, 1);
      return null;
    }
    const { waiting, queue } = this.#lane(rank);
    if (waiting.size >= queue) {
      throw new CallFailure('overloaded', `${queue} calls of its class are waiting`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Waiting = {
      arrival: this.#arrivals,
      onTurn() {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
    };
    const onAbort = () => {
      waiting.delete(entry);
      reject(failureOfAbort(signal, 'wait'));
    };
    this.#arrivals += 1;
    waiting.add(entry);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** The place goes to whoever is next. */
  leave(callClass: CallClass): void {
    this.#take(rankOf[callClass], -1);
    // One place that comes free is never enough for two.
    const rank = this.#nextRank();
    if (rank === null) {
      return;
    }
    const { waiting } = this.#lane(rank);
    for (const next of waiting) {
      waiting.delete(next);
      this.#take(rank, 1);
      next.onTurn();
      return;
    }
  }

  /** Whose turn it is; null where nobody waits who might have a place. */
  #nextRank(): number | null {
    let urgent: number | null = null;
    let eldest: number | null = null;
    let arrival = Number.POSITIVE_INFINITY;
    for (let rank = 0; rank < this.#lanes.length && this.#hasPlace(rank); rank += 1) {
      const [first] = this.#lane(rank).waiting;
      if (first === undefined) {
        continue;
      }
      urgent ??= rank;
      if (first.arrival < arrival) {
        eldest = rank;
        arrival = first.arrival;
      }
    }
    if (eldest === urgent) {
      return urgent;
    }
    this.#passedOver += 1;
    if (this.#passedOver <= mostPassedOver) {
      return urgent;
    }
    this.#passedOver = 0;
    return eldest;
  }

  /** A call counts towards the places of its class and of all above. */
  #hasPlace(rank: number): boolean {
    for (let above = 0; above <= rank; above += 1) {
      const { taken, places } = this.#lane(above);
      if (taken >= places) {
        return false;
      }
    }
    return true;
  }

  #take(rank: number, count: 1 | -1): void {
    for (let above = 0; above <= rank; above += 1) {
      this.#lane(above).taken += count;
    }
  }

  #lane(rank: number): Lane {
    const lane = this.#lanes[rank];
    if (lane === undefined) {
      throw new RangeError(`${rank} is the rank of no class`);
    }
    return lane;
  }
}
