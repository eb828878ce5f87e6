import { Bulkhead } from '../../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses } from '../../../platform/priority/call-classes.ts';
import type { GatewayObserver } from '../../observer.ts';
import { type GraphQLResult, rateLimited, unavailable } from '../request.ts';

/** The maximum number of requests that wait for their turn. Each class has a share of it. */
const maxWaiting = 256;
/** The maximum number of requests of one caller that wait for their turn. */
const maxWaitingOfCaller = 32;

/**
 * Thrown if a request is not prepared. Has the answer to the request. It is not an `Error`, because a stack trace costs
 * time and is not needed.
 */
export class NotPrepared {
  readonly result: GraphQLResult;

  constructor(result: GraphQLResult) {
    this.result = result;
  }
}

const rejections = {
  full: () => new NotPrepared(unavailable('Too many new documents are waiting: try again in a second.')),
  aborted: () => new NotPrepared(unavailable('The request has ended.')),
};

export type WaitingByClass = Readonly<Record<CallClass, number>>;

/** The caller for whom a document or an operation is prepared. */
export interface Preparing {
  readonly callClass: CallClass;
  /** Null if the gateway doesn't distinguish callers. */
  readonly caller: string | null;
}

/** A disconnected caller doesn't stop the work, because others may wait for it. */
const neverAborted = new AbortController().signal;

/**
 * Gives requests their turn to read a new document or to plan a new operation. This work blocks the event loop for
 * milliseconds, so only one request does it per turn of the loop. A request that needs no preparation waits for one
 * other request at most, even if many arrive at once. The most urgent class goes first. The number of waiting requests
 * per caller is limited.
 */
export class PreparationQueue {
  readonly #turns = new Bulkhead(1, maxWaiting, rejections);
  readonly #waitingOf = new Map<string, number>();
  readonly #observer: GatewayObserver;

  constructor(observer: GatewayObserver) {
    this.#observer = observer;
  }

  /** Returns the number of waiting requests of each class. */
  waiting(): WaitingByClass {
    return Object.fromEntries(
      callClasses.map((callClass) => [callClass, this.#turns.waiting(callClass)]),
    ) as WaitingByClass;
  }

  /**
   * Waits for a turn and does the work.
   * @throws NotPrepared, and whatever `work` throws.
   */
  async prepare<T>({ callClass, caller }: Preparing, work: () => T | Promise<T>): Promise<T> {
    if (caller !== null && this.#waitingFor(caller) >= maxWaitingOfCaller) {
      this.#observer.admissionRefused?.('preparation_of_caller', callClass);
      throw new NotPrepared(rateLimited(1000));
    }
    const turn = this.#enter(callClass);
    if (turn !== null) {
      await this.#wait(turn, callClass, caller);
    }
    try {
      return await work();
    } finally {
      // Requests that have arrived meanwhile go before the next turn.
      setImmediate(() => this.#turns.leave(callClass));
    }
  }

  #enter(callClass: CallClass): Promise<void> | null {
    try {
      return this.#turns.enter(callClass, neverAborted);
    } catch (rejection) {
      this.#observer.admissionRefused?.('preparation', callClass);
      throw rejection;
    }
  }

  async #wait(turn: Promise<void>, callClass: CallClass, caller: string | null): Promise<void> {
    const startedAt = performance.now();
    this.#count(caller, 1);
    try {
      await turn;
    } finally {
      this.#count(caller, -1);
      this.#observer.preparationWaited?.(callClass, performance.now() - startedAt);
    }
  }

  #waitingFor(caller: string): number {
    return this.#waitingOf.get(caller) ?? 0;
  }

  #count(caller: string | null, change: 1 | -1): void {
    if (caller === null) {
      return;
    }
    const waiting = this.#waitingFor(caller) + change;
    if (waiting === 0) {
      this.#waitingOf.delete(caller);
    } else {
      this.#waitingOf.set(caller, waiting);
    }
  }
}
