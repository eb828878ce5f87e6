import { type CallClass, callClasses, rankOf, shareOf } from './call-classes.ts';
import { LinkedList, type Listed } from './linked-list.ts';

/** After this number of turns in a row for other calls, the call that has waited longest has the next turn. */
const maxPassedOver = 7;

const noQueue: Rejections = {
  full: () => new RangeError('this bulkhead has no queue'),
  aborted: () => new RangeError('this bulkhead has no queue'),
};

/**
 * The values with which calls are rejected. They are errors, or plain objects if nobody needs a stack trace, which
 * costs time.
 */
export interface Rejections {
  /** Called if `queue` calls of the class are waiting already. */
  full(callClass: CallClass, queue: number): object;
  aborted(signal: AbortSignal): object;
}

interface WaitingCall extends Listed<WaitingCall> {
  /** The place in the order of arrival, over all classes. */
  readonly arrival: number;
  readonly onTurn: () => void;
}

/** The places and the queue of one class. */
interface Lane {
  /** Maximum number of running calls of this class and of the classes below it together. */
  readonly places: number;
  /** The number of these places that are taken. */
  taken: number;
  /** Maximum number of waiting calls of this class alone. */
  readonly queue: number;
  /** Calls of one class run in the order of their arrival. */
  readonly waiting: LinkedList<WaitingCall>;
}

/**
 * A bulkhead: a limited number of calls run at the same time, a limited number wait, and more are rejected. Each class
 * of calls has its own queue, so that a flood in one class fills no other queue. Each class shares its places with the
 * classes below it, so that some places always remain for the classes above.
 *
 * With 8 places and a queue of 128, 100 calls of each of these classes arrive, in this order:
 *
 *     class        start                                     wait           are rejected
 *     background   2: its share of the places                32: its share  66
 *     staff        2: its share is 4, and 2 are taken        64: its share  34
 *     lending      4: its share is 8, and 4 are taken        96             0
 *
 * A free place goes to the most urgent class that may use it. Every eighth turn goes to the call that has waited
 * longest, so that the other classes are not starved. There is one exception: `lending` gives turns only to
 * `background`, which settles operations of `lending`. A call that still waits at its deadline fails.
 *
 * Why this is not a package: almost no call ever waits. A queue that creates an entry, two listeners and a race for
 * each call costs twenty times as much (decision 7).
 */
export class Bulkhead {
  /** The most urgent class first. */
  readonly #lanes: readonly Lane[];
  #arrivals = 0;
  /** The number of turns in a row that did not go to the call that has waited longest. */
  #passedOver = 0;
  readonly #rejections: Rejections;

  /** Without a queue, callers must use `tryEnter`. */
  constructor(places: number, queue = 0, rejections: Rejections = noQueue) {
    this.#rejections = rejections;
    this.#lanes = callClasses.map((callClass) => ({
      places: shareOf(places, callClass),
      taken: 0,
      queue: shareOf(queue, callClass),
      waiting: new LinkedList(),
    }));
  }

  /** The number of running calls, of all classes. */
  get running(): number {
    return this.#lane(0).taken;
  }

  /** The number of waiting calls of the class. */
  waiting(callClass: CallClass): number {
    return this.#lane(rankOf[callClass]).waiting.size;
  }

  /** Takes a place if one is free. Give it back with `leave`. */
  tryEnter(callClass: CallClass): boolean {
    const rank = rankOf[callClass];
    // If a place is free, no waiting call may use it: `leave` would have given it the place.
    if (!this.#hasPlace(rank)) {
      return false;
    }
    this.#take(rank, 1);
    return true;
  }

  /**
   * Takes a place. Returns null if a place was free. Otherwise returns a promise that resolves when it is this call's
   * turn. The promise rejects as soon as the signal aborts, and then no place is taken. Give the place back with
   * `leave`.
   *
   * @throws one of the rejections: the queue of the class is full, or the signal is aborted already.
   */
  enter(callClass: CallClass, signal: AbortSignal): Promise<void> | null {
    if (signal.aborted) {
      throw this.#rejections.aborted(signal);
    }
    if (this.tryEnter(callClass)) {
      return null;
    }
    const { waiting, queue } = this.#lane(rankOf[callClass]);
    if (waiting.size >= queue) {
      throw this.#rejections.full(callClass, queue);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const call: WaitingCall = {
      arrival: this.#arrivals,
      onTurn() {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      previous: undefined,
      next: undefined,
    };
    const onAbort = () => {
      waiting.remove(call);
      reject(this.#rejections.aborted(signal));
    };
    this.#arrivals += 1;
    waiting.add(call);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** Gives a place back. The next waiting call has its turn. */
  leave(callClass: CallClass): void {
    this.#take(rankOf[callClass], -1);
    // One free place is never enough for two calls, so at most one call gets a turn.
    const rank = this.#nextRank();
    if (rank === null) {
      return;
    }
    const { waiting } = this.#lane(rank);
    const next = waiting.first;
    if (next !== undefined) {
      waiting.remove(next);
      this.#take(rank, 1);
      next.onTurn();
    }
  }

  /** The rank of the class that has the next turn. Null if no waiting call may use a place. */
  #nextRank(): number | null {
    let mostUrgent: number | null = null;
    let longestWaiting: number | null = null;
    let firstArrival = Number.POSITIVE_INFINITY;
    for (let rank = 0; rank < this.#lanes.length && this.#hasPlace(rank); rank += 1) {
      const { first } = this.#lane(rank).waiting;
      if (first === undefined) {
        continue;
      }
      mostUrgent ??= rank;
      if (first.arrival < firstArrival && mayPass(rank, mostUrgent)) {
        longestWaiting = rank;
        firstArrival = first.arrival;
      }
    }
    if (longestWaiting === mostUrgent) {
      return mostUrgent;
    }
    this.#passedOver += 1;
    if (this.#passedOver <= maxPassedOver) {
      return mostUrgent;
    }
    this.#passedOver = 0;
    return longestWaiting;
  }

  /** A call needs a place in its own class and in every class above. */
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
      throw new RangeError(`${rank} is not the rank of a class of calls`);
    }
    return lane;
  }
}

/** Whether a call that has waited longest may go before a more urgent one. */
function mayPass(rank: number, mostUrgent: number): boolean {
  return mostUrgent !== rankOf.lending || rank === mostUrgent || rank === rankOf.background;
}
