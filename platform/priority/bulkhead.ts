import { type CallClass, callClasses, rankOf, shareOf } from './call-classes.ts';
import { type Lack, Lane, lackOf, type WaitingCall } from './lane.ts';

/** The number of times in a row that a more urgent call may go before the call that has waited longest. */
const maxPassedOver = 7;

const noQueue: Rejections = {
  full: () => new RangeError('this bulkhead has no queue'),
  overShare: () => new RangeError('this bulkhead has no queue'),
  aborted: () => new RangeError('this bulkhead has no queue'),
};

/** The values with which calls are rejected: errors, or plain objects where nobody needs a stack trace. */
export interface Rejections {
  /** Called if the queue of the class is full: the class is overloaded. */
  full(callClass: CallClass): object;
  /** Called if the caller's waiting calls already fill the part of the queue that one caller may take. */
  overShare(callClass: CallClass): object;
  aborted(signal: AbortSignal): object;
}

export interface Turn {
  readonly callClass: CallClass;
  /**
   * The key of the caller (`queueKeyOf`). Null for the program's own work, and where callers are not told apart. For
   * calls without a key, only the limits of the class apply.
   */
  readonly caller: string | null;
}

/**
 * A bulkhead: a limited number of calls run at the same time, a limited number wait, and more are rejected. A running
 * call takes one slot. Each class of calls has its own queue, so that a flood in one class fills no other queue. Each
 * class shares its slots with the less urgent classes below it, so that some always remain for the classes above.
 *
 * With 8 slots and a queue of 128, 100 calls of each of these classes arrive, in this order:
 *
 *     class        start                                     wait           are rejected
 *     background   2: its share of the slots                 32: its share  66
 *     staff        2: its share is 4, and 2 are taken        64: its share  34
 *     lending      4: its share is 8, and 4 are taken        96             0
 *
 * Within a class, callers take turns, whatever the number of their calls. No caller can take the whole queue, or all
 * slots of a class with three or more (`Lane`). With one slot, the calls of A, B and C start in this order:
 *
 *     arrive  A A A A B B C
 *     start   A A B C A B A
 *
 * A free slot goes to the most urgent class that may use it. But every eighth time that a less urgent call has
 * waited longer, that call gets the slot. There is one exception: `lending` gives way only to `background`, which
 * settles operations of `lending`. A call that still waits at its deadline fails.
 *
 * Why this is not a package: almost no call waits. A queue that creates an entry, two listeners and a race for each
 * call costs twenty times as much (decision 7).
 */
export class Bulkhead {
  /** The most urgent class first. */
  readonly #lanes: readonly Lane[];
  #arrivals = 0;
  /**
   * The number of times in a row that a more urgent call went before the call that had waited longest. Reset to 0 when
   * the less urgent call goes first.
   */
  #passedOver = 0;
  readonly #rejections: Rejections;

  /**
   * If `queue` is 0, no call can wait, so callers must use `take`.
   * @param slots the maximum number of running calls
   * @param queue the maximum number of waiting calls of the most urgent class. Each class below has a share of this
   * number
   * @param highest the most urgent class of the calls: no slot is kept free for more urgent classes
   */
  constructor(slots: number, queue = 0, rejections: Rejections = noQueue, highest: CallClass = 'lending') {
    this.#rejections = rejections;
    this.#lanes = callClasses.map(
      (callClass) => new Lane(shareOf(slots, callClass, highest), shareOf(queue, callClass, highest)),
    );
  }

  /** The number of running calls, of all classes. */
  get running(): number {
    return this.#lane(0).taken;
  }

  waiting(callClass: CallClass): number {
    return this.#lane(rankOf[callClass]).waiting;
  }

  /**
   * Admits a call and returns null if a slot is free for its caller. Otherwise returns why none is free. Call `leave`
   * at the call's end.
   */
  take({ callClass, caller }: Turn): Lack | null {
    const rank = rankOf[callClass];
    const lane = this.#lane(rank);
    const line = lane.lineOf(caller);
    // No waiting call is passed: `leave` starts each waiting call as soon as a slot is free for it.
    if (!lane.mayRun(line, this.#free(rank))) {
      return lackOf(line);
    }
    line.running += 1;
    this.#take(rank, 1);
    return null;
  }

  /**
   * Admits a call, or lets it wait. Returns null if the call may start at once. Otherwise returns a promise that
   * resolves when the call may start. The promise rejects as soon as the signal aborts, or if a call of another caller
   * gets this call's slot in the queue. The call must then not start. Call `leave` at the end of a call that has
   * started.
   *
   * @throws one of the rejections: there is no room in the queue, or the signal is aborted already.
   */
  enter(turn: Turn, signal: AbortSignal): Promise<void> | null {
    if (signal.aborted) {
      throw this.#rejections.aborted(signal);
    }
    return this.take(turn) === null ? null : this.#wait(turn, signal);
  }

  /** Ends a running call. Starts the waiting calls that may run now. */
  leave({ callClass, caller }: Turn): void {
    const rank = rankOf[callClass];
    this.#lane(rank).lineOf(caller).running -= 1;
    this.#take(rank, -1);
    for (let next = this.#nextRank(); next !== null; next = this.#nextRank()) {
      this.#startIn(next);
    }
  }

  #wait({ callClass, caller }: Turn, signal: AbortSignal): Promise<void> {
    const lane = this.#lane(rankOf[callClass]);
    const line = lane.lineOf(caller);
    const lack = lane.makeRoom(line);
    if (lack !== null) {
      throw lack === 'class' ? this.#rejections.full(callClass) : this.#rejections.overShare(callClass);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopListening = () => signal.removeEventListener('abort', onAbort);
    const call: WaitingCall = {
      arrival: this.#arrivals,
      start: () => {
        stopListening();
        resolve();
      },
      displace: () => {
        stopListening();
        reject(this.#rejections.overShare(callClass));
      },
      previous: undefined,
      next: undefined,
    };
    const onAbort = () => {
      lane.remove(line, call);
      reject(this.#rejections.aborted(signal));
    };
    this.#arrivals += 1;
    lane.add(line, call);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  #startIn(rank: number): void {
    const lane = this.#lane(rank);
    const line = lane.next(this.#free(rank));
    if (line !== undefined) {
      const call = lane.takeOldest(line);
      line.running += 1;
      this.#take(rank, 1);
      call?.start();
    }
  }

  /** The rank of the class whose waiting call starts next. Null if no waiting call may start. */
  #nextRank(): number | null {
    let free = Number.POSITIVE_INFINITY;
    let mostUrgent: number | null = null;
    let longestWaiting: number | null = null;
    let firstArrival = Number.POSITIVE_INFINITY;
    for (let rank = 0; rank < this.#lanes.length; rank += 1) {
      const lane = this.#lane(rank);
      free = Math.min(free, lane.slots - lane.taken);
      const first = lane.next(free)?.waiting.first;
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

  /**
   * The number of calls of the class that may still start. A call takes a slot in its own class and in every class
   * above it, so the smallest number of free slots counts.
   */
  #free(rank: number): number {
    let free = Number.POSITIVE_INFINITY;
    for (let above = 0; above <= rank; above += 1) {
      const { taken, slots } = this.#lane(above);
      free = Math.min(free, slots - taken);
    }
    return free;
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

/**
 * Whether the call that has waited longest, of the class `rank`, may go before a more urgent call. Only calls of
 * `background` may go before calls of `lending`.
 */
function mayPass(rank: number, mostUrgent: number): boolean {
  return mostUrgent !== rankOf.lending || rank === mostUrgent || rank === rankOf.background;
}
