import { Bulkhead, type Turn } from '../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses } from '../../platform/priority/call-classes.ts';
import { StoreUnavailable } from '../store-unavailable.ts';

/** The longest time that a call waits until a connection is free, in ms. */
const waitMs = 2_000;
/**
 * The maximum number of calls that wait. A gateway handles up to a thousand requests at once, and each makes a few calls
 * at the same time.
 */
const maxWaiting = 4_000;

const rejections = {
  full: () => new StoreUnavailable('journal: PostgreSQL: too many calls wait for a connection'),
  overShare: () =>
    new StoreUnavailable('journal: PostgreSQL: too many calls of one caller wait for a connection'),
  aborted: () =>
    new StoreUnavailable(`journal: PostgreSQL: no connection was free within ${waitMs} ms`, {
      isOutage: true,
    }),
};

/**
 * Queues of calls, one for each call class, for the connections of a process. Each class has its share, and the most
 * urgent class goes first, as with the connections to legacy systems (decision 34). Callers of a class are served in
 * turn. The pool's own queue would serve calls in the order of their arrival. So no call waits in the pool's queue.
 *
 * @example
 * // All 10 connections are in use. Three calls begin to wait: a list for staff, a reader's page, and a check-out.
 * // The first connection that is returned goes to the check-out, the next one to the page.
 */
export class ConnectionTurns {
  readonly #turns: Bulkhead;

  constructor(connections: number) {
    this.#turns = new Bulkhead(connections, maxWaiting, rejections);
  }

  /**
   * Begins a call's use of a connection. Returns null if a connection is free. Otherwise returns a promise that resolves
   * when the call gets one. `leave` ends the use.
   * @throws StoreUnavailable if too many calls wait. The promise rejects with the same error if no connection was free in
   * time.
   */
  enter(turn: Turn): Promise<void> | null {
    // Most calls never wait, so they need no signal.
    return this.#turns.take(turn) === null ? null : this.#turns.enter(turn, AbortSignal.timeout(waitMs));
  }

  leave(turn: Turn): void {
    this.#turns.leave(turn);
  }

  /** The number of calls that wait, by class. */
  waiting(): Readonly<Record<CallClass, number>> {
    return Object.fromEntries(
      callClasses.map((callClass) => [callClass, this.#turns.waiting(callClass)]),
    ) as Record<CallClass, number>;
  }
}
