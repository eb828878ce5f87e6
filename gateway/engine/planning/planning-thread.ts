import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PlanNode } from '../../executor/index.ts';
import { type PlanArguments, PlanningError } from '../../planner/index.ts';

/** The longest CPU time for one plan, in ms. */
const maxPlanningMs = 10_000;
/**
 * The longest wall-clock time for one plan, including the start of the thread, in ms. This time is long, because a
 * machine under full load is slow.
 */
const patienceMs = 60_000;
/** The thread's heap, in MB. A supergraph of 4 MB takes 150 MB, and an operation rarely takes more than 10 MB. */
const maxHeapMb = 512;

export type PlanningAnswer =
  | { readonly ok: true; readonly plan: PlanNode }
  | { readonly ok: false; readonly reason: string };

export interface PlanningThreadData {
  readonly supergraphSdl: string;
  readonly maxMs: number;
}

const threadFile = new URL(`./thread-main${extname(import.meta.url)}`, import.meta.url);

/**
 * Plans operations that would block the event loop for too long. The thread starts with the first of these operations,
 * because most graphs have none. It creates its own planner from the text of the supergraph. It receives the text of an
 * operation and returns the plan.
 *
 * ```ts
 * await using thread = new PlanningThread(sdl);
 * await thread.plan('{ me { name } }', 0); // the same as createPlanner(sdl).plan('{ me { name } }', 0)
 * ```
 */
export class PlanningThread implements AsyncDisposable {
  readonly #supergraphSdl: string;
  readonly #maxMs: number;
  #worker: Worker | null = null;

  constructor(supergraphSdl: string, maxMs = maxPlanningMs) {
    this.#supergraphSdl = supergraphSdl;
    this.#maxMs = maxMs;
  }

  /**
   * Must not be called while another plan is being made. If the thread has ended, the next call starts another one.
   * @throws PlanningError also if the plan takes too much time or memory
   */
  async plan(...args: PlanArguments): Promise<PlanNode> {
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    worker.ref();
    const ending = new AbortController();
    const timer = setTimeout(() => void worker.terminate(), patienceMs);
    try {
      // If the thread fails, for example because its heap is full, `once` rejects with the thread's error.
      const answered = once(worker, 'message', { signal: ending.signal }).then(
        ([answer]) => answer as PlanningAnswer,
      );
      const ended = once(worker, 'exit', { signal: ending.signal }).then(() => {
        throw new Error('the thread for planning has ended');
      });
      ended.catch(() => undefined);
      worker.postMessage(args);
      const answer = await Promise.race([answered, ended]);
      if (!answer.ok) {
        throw new Error(answer.reason);
      }
      return answer.plan;
    } catch (error) {
      const [document] = args;
      throw new PlanningError(error, document);
    } finally {
      clearTimeout(timer);
      ending.abort();
      worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(threadFile, {
      workerData: { supergraphSdl: this.#supergraphSdl, maxMs: this.#maxMs } satisfies PlanningThreadData,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    const forget = () => {
      this.#worker = this.#worker === worker ? null : this.#worker;
    };
    worker.on('error', forget).on('exit', forget);
    return worker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }
}
