/** The two planners, behind one interface. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { createPlanner } from '../../../gateway/planner/index.ts';
import { cpuMs, type PlanSize, sizeOf } from './plan-size.ts';

export interface PlannedOnce extends PlanSize {
  /** The CPU times of the first and of the second plan of the operation, in ms. */
  readonly coldMs: number;
  readonly warmMs: number;
}

/**
 * The longest time for an operation in the Rust planner, in ms. An operation that takes longer is treated as an
 * operation without a plan.
 */
const timeoutMs = 10_000;

export function planWithOwn(
  planner: ReturnType<typeof createPlanner>,
  document: string,
): PlannedOnce | undefined {
  try {
    const start = cpuMs();
    const node = planner.plan(document, 0);
    const between = cpuMs();
    planner.plan(document, 0);
    return { ...sizeOf(node), coldMs: between - start, warmMs: cpuMs() - between };
  } catch {
    return undefined;
  }
}

/**
 * `@graphql-hive/router-query-planner` over one supergraph, in a process of its own. If an operation ends the process,
 * a new process is started.
 */
export class RustPlanner {
  readonly #sdl: string;
  #process: ChildProcess | undefined;
  /** The number of operations that ended the process, and the number of operations that were not planned in time. */
  crashes = 0;
  timeouts = 0;

  constructor(sdl: string) {
    this.#sdl = sdl;
  }

  async plan(document: string): Promise<PlannedOnce | undefined> {
    if (this.#process === undefined) {
      this.#process = fork(new URL('rust-process.ts', import.meta.url), {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      await this.#ask({ sdl: this.#sdl });
    }
    return (await this.#ask({ document }))?.planned;
  }

  /** Resolves to undefined if the process did not answer. The next operation then gets another process. */
  async #ask(message: object): Promise<Answer | undefined> {
    const child = this.#process;
    if (child === undefined) {
      return undefined;
    }
    child.send(message);
    const answer = await answerOf(child);
    if (typeof answer === 'object') {
      return answer;
    }
    if (answer === 'exit') {
      this.crashes++;
    } else {
      this.timeouts++;
      child.kill('SIGKILL');
    }
    this.#process = undefined;
    return undefined;
  }

  stop(): void {
    this.#process?.kill();
  }
}

interface Answer {
  readonly planned?: PlannedOnce;
}

/** The answer of the process, or the reason why there is none. */
async function answerOf(child: ChildProcess): Promise<Answer | 'exit' | 'timeout'> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const timer = setTimeout(() => waiting.abort(), timeoutMs);
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Answer),
      once(child, 'exit', { signal }).then(() => 'exit' as const),
    ]);
  } catch {
    return 'timeout';
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
