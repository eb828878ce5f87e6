import type { Turn } from '../../../platform/priority/bulkhead.ts';
import type { GatewayObserver } from '../../observer.ts';
import { PreparationQueue } from '../documents/preparation-queue.ts';
import type { PlanElsewhere } from '../operations/operation-variant.ts';
import { PlanningThread } from './planning-thread.ts';

/** The largest number of operations that wait for the planning thread. Planning one may take seconds. */
const maxWaiting = 32;

/**
 * Plans operations that would block the event loop for too long. They are planned one after the other, the most urgent
 * call class first.
 */
export class LongPlanning implements AsyncDisposable {
  readonly #turns: PreparationQueue;
  readonly #thread: PlanningThread;

  constructor(supergraphSdl: string, observer: GatewayObserver) {
    this.#turns = new PreparationQueue(observer, maxWaiting);
    this.#thread = new PlanningThread(supergraphSdl);
  }

  /** Returns the function that plans for a request. That function throws `Overloaded` if too many requests wait. */
  for(turn: Turn): PlanElsewhere {
    return (...args) => this.#turns.prepare(turn, () => this.#thread.plan(...args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }
}
