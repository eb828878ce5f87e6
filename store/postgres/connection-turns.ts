import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses } from '../../platform/priority/call-classes.ts';
import { JournalUnavailable } from '../journal/port.ts';

/** How long a call waits until a connection is free, in ms. */
const waitMs = 2_000;
/** Calls that wait. A gateway has a thousand requests under way, of which each asks a few things at once. */
const maxWaiting = 4_000;

const rejections = {
  full: () => new JournalUnavailable('journal: PostgreSQL: too many calls wait for a connection'),
  aborted: () =>
    new JournalUnavailable(`journal: PostgreSQL: no connection was free within ${waitMs} ms`, {
      isOutage: true,
    }),
};

/**
 * Who may have one of the connections of a process, so that the pool behind it never has a call that waits for a free one: a pool
 * gives to whoever came first. Each class has its share, and the most urgent class goes first, as at the legacy systems' sockets
 * (decision 34).
 *
 * With 10 connections, all in use, when a list of staff, a reader's page and a check-out come in this order: the first connection that
 * is given back goes to the check-out, the next to the page.
 */
export class ConnectionTurns {
  readonly #turns: Bulkhead;

  constructor(connections: number) {
    this.#turns = new Bulkhead(connections, maxWaiting, rejections);
  }

  /**
   * Null where a connection is free; otherwise a promise that resolves when it is this call's turn. To be ended with `leave`.
   * @throws JournalUnavailable where too many wait. The promise rejects with it where none was free in time.
   */
  enter(callClass: CallClass): Promise<void> | null {
    // Most calls never wait, and need no signal.
    return this.#turns.tryEnter(callClass) ? null : this.#turns.enter(callClass, AbortSignal.timeout(waitMs));
  }

  leave(callClass: CallClass): void {
    this.#turns.leave(callClass);
  }

  /** Calls that wait, by class. */
  waiting(): Readonly<Record<CallClass, number>> {
    return Object.fromEntries(
      callClasses.map((callClass) => [callClass, this.#turns.waiting(callClass)]),
    ) as Record<CallClass, number>;
  }
}
