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
 * The queues of calls that wait for one of the process's connections, one for each call class. Each class has its share
 * of the connections, and the most urgent class goes first, as with the connections to legacy systems (decision 34).
 * Callers of a class are served in turn. The pool has a queue, too, but it would serve all calls in the order of their
 * arrival. So a call goes to the pool only when a connection is free.
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
    // Most calls get a connection at once, so the time-out's signal is made only for those that wait.
    return this.#turns.take(turn) === null ? null : this.#turns.enter(turn, AbortSignal.timeout(waitMs));
  }

  leave(turn: Turn): void {
    this.#turns.leave(turn);
  }

  waiting(): Readonly<Record<CallClass, number>> {
    return Object.fromEntries(
      callClasses.map((callClass) => [callClass, this.#turns.waiting(callClass)]),
    ) as Record<CallClass, number>;
  }
}
