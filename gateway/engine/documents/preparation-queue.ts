import { Bulkhead, type Turn } from '../../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses } from '../../../platform/priority/call-classes.ts';
import type { Lack } from '../../../platform/priority/lane.ts';
import type { AdmissionStage, GatewayObserver } from '../../observer.ts';
import { Overloaded, refusalFor, unavailable } from '../request.ts';

/**
 * The default for the maximum number of waiting requests. A call class may use only its share of them, and a caller a
 * third of that share.
 */
const maxWaiting = 256;

const rejectionFor = (lack: Lack) =>
  new Overloaded(refusalFor(lack, 'Too many new documents are waiting: try again in a second.'));

export type WaitingByClass = Readonly<Record<CallClass, number>>;

/** A disconnected caller doesn't stop the work, because others may wait for it. */
const neverAborted = new AbortController().signal;

/**
 * Gives requests their turn to read a new document or to plan a new operation. This work blocks the event loop for
 * milliseconds, so only one request does it per pass of the loop. A request that needs no preparation waits for at most
 * one preparation. The most urgent class goes first, and the callers of one class take turns.
 */
export class PreparationQueue {
  readonly #turns: Bulkhead;
  readonly #observer: GatewayObserver;

  constructor(observer: GatewayObserver, maxWaitingRequests = maxWaiting) {
    this.#observer = observer;
    const refused = (stage: AdmissionStage, lack: Lack) => (callClass: CallClass) => {
      observer.admissionRefused?.(stage, callClass);
      return rejectionFor(lack);
    };
    this.#turns = new Bulkhead(1, maxWaitingRequests, {
      full: refused('preparation', 'class'),
      overShare: refused('preparation_of_caller', 'caller'),
      aborted: () => new Overloaded(unavailable('The request has ended.')),
    });
  }

  waiting(): WaitingByClass {
    return Object.fromEntries(
      callClasses.map((callClass) => [callClass, this.#turns.waiting(callClass)]),
    ) as WaitingByClass;
  }

  /**
   * Waits for a turn and does the work.
   * @throws Overloaded, and whatever `work` throws.
   */
  async prepare<T>(turn: Turn, work: () => T | Promise<T>): Promise<T> {
    const isTurn = this.#turns.enter(turn, neverAborted);
    if (isTurn !== null) {
      const startedAt = performance.now();
      await isTurn;
      this.#observer.preparationWaited?.(turn.callClass, performance.now() - startedAt);
    }
    try {
      return await work();
    } finally {
      // The turn ends only in the next pass of the event loop. Requests that have arrived in the meantime are handled
      // first.
      setImmediate(() => this.#turns.leave(turn));
    }
  }
}
