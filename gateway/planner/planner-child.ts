import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PlanNode } from '@graphql-hive/router-query-planner';

/** What the process is asked. */
export interface PlanRequest {
  readonly id: number;
  /** Stands for the supergraph, whose SDL is sent where the process may not have it. */
  readonly supergraph: string;
  readonly sdl?: string;
  readonly document: string;
  readonly percentage: number;
}

/** What it answers. */
export type PlanReply =
  | { readonly id: number; readonly kind: 'planned'; readonly node: PlanNode }
  | { readonly id: number; readonly kind: 'failed'; readonly reason: string }
  | { readonly id: number; readonly kind: 'unknown' }
  | { readonly id: number; readonly kind: 'read' };

const goneFor = {
  ended: 'the planner ended with its process',
  slow: 'the planner went on for too long',
  unstarted: 'no process could be started to plan in',
  busy: 'too much is to be planned',
  culprit: 'the planner does not survive the operation',
} as const satisfies Record<string, string>;

/** There is no plan, and the planner has not said why: it was not asked, or its process ended. `code` stands in the log. */
export class PlannerGone extends Error {
  override readonly name = 'PlannerGone';
  readonly code: keyof typeof goneFor;

  constructor(code: keyof typeof goneFor, options?: ErrorOptions) {
    super(goneFor[code], options);
    this.code = code;
  }
}

/** The planner has no plan, and says why. */
export class PlannerFailed extends Error {
  override readonly name = 'PlannerFailed';
}

/** Milliseconds for a plan. Most take one, and the worst that we saw some twenty. */
const planTimeoutMs = 5_000;
/** Milliseconds for reading a supergraph before that. The largest that we tried took a second. */
const readTimeoutMs = 60_000;

const planProcess = fileURLToPath(new URL('./plan-process.ts', import.meta.url));

/** One supergraph, as it is spoken of to the process. */
export interface KeyedSupergraph {
  readonly key: string;
  readonly sdl: string;
}

interface Pending {
  readonly sdl: string;
  readonly request: PlanRequest;
  timer: NodeJS.Timeout;
  resolve(node: PlanNode): void;
  reject(error: Error): void;
}

/** A process that plans (`plan-process.ts`), as its parent has it: started when it is asked, and anew where it ended. */
export class PlannerChild implements Disposable {
  #child: ChildProcess | undefined;
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();

  /** Rejects with the planner's own message, or with `PlannerGone`, for all that is asked when one takes too long. */
  async ask({ key, sdl }: KeyedSupergraph, document: string, percentage: number): Promise<PlanNode> {
    const child = this.#child ?? this.#start();
    this.#lastId++;
    const request = { id: this.#lastId, supergraph: key, document, percentage };
    const { promise, resolve, reject } = Promise.withResolvers<PlanNode>();
    const timer = this.#endAfter(planTimeoutMs, child, request.id);
    this.#pending.set(request.id, { sdl, request, timer, resolve, reject });
    child.channel?.ref();
    child.send(request);
    return promise;
  }

  /** Ends the process. What it is asked meanwhile has no plan. */
  [Symbol.dispose](): void {
    if (this.#child !== undefined) {
      this.#end(this.#child);
    }
  }

  #start(): ChildProcess {
    const child = forkPlanner();
    // What could not be started or sent is over, as if it had ended.
    child.on('error', () => this.#end(child, child.pid === undefined ? 'unstarted' : 'ended'));
    // Without a file descriptor for it there is no channel.
    if (!child.connected) {
      throw new PlannerGone('unstarted');
    }
    this.#child = child;
    // It keeps nobody from ending, but for who waits for a plan.
    child.unref();
    child.channel?.unref();
    child.on('message', (reply: PlanReply) => this.#take(child, reply));
    child.once('exit', () => this.#end(child));
    return child;
  }

  #take(child: ChildProcess, reply: PlanReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) {
      return;
    }
    if (reply.kind === 'unknown') {
      clearTimeout(pending.timer);
      pending.timer = this.#endAfter(readTimeoutMs, child, reply.id);
      child.send({ ...pending.request, sdl: pending.sdl });
      return;
    }
    if (reply.kind === 'read') {
      clearTimeout(pending.timer);
      pending.timer = this.#endAfter(planTimeoutMs, child, reply.id);
      return;
    }
    this.#settled(pending);
    if (reply.kind === 'planned') {
      pending.resolve(reply.node);
    } else {
      pending.reject(new PlannerFailed(reply.reason));
    }
  }

  #settled({ request, timer }: Pending): void {
    clearTimeout(timer);
    this.#pending.delete(request.id);
    if (this.#pending.size === 0) {
      this.#child?.channel?.unref();
    }
  }

  #endAfter(ms: number, child: ChildProcess, id: number): NodeJS.Timeout {
    return setTimeout(() => {
      const slow = this.#pending.get(id);
      if (slow !== undefined) {
        this.#settled(slow);
        slow.reject(new PlannerGone('slow'));
      }
      this.#end(child);
    }, ms);
  }

  #end(child: ChildProcess, code: 'ended' | 'unstarted' = 'ended'): void {
    if (this.#child !== child) {
      return;
    }
    this.#child = undefined;
    // A plan under way can't be given up but with its process.
    child.kill('SIGKILL');
    for (const pending of this.#pending.values()) {
      this.#settled(pending);
      pending.reject(new PlannerGone(code));
    }
  }
}

/** Nothing of the environment goes to it, and nothing that it writes is read: a panic may quote the operation. */
function forkPlanner(): ChildProcess {
  try {
    return fork(planProcess, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  } catch (cause) {
    throw new PlannerGone('unstarted', { cause });
  }
}
