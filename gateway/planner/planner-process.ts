import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
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
  | { readonly id: number; readonly kind: 'unknown' };

/** The planner ended with its process, or was ended because it went on for too long. */
export class PlannerGone extends Error {
  override readonly name = 'PlannerGone';
}

/** Milliseconds for a plan. Most take one, and the worst that we saw some twenty. */
const planTimeoutMs = 5_000;
/** Documents remembered that ended the process. */
const keptCulprits = 1_000;

const planProcess = fileURLToPath(new URL('./plan-process.ts', import.meta.url));

interface Pending {
  readonly sdl: string;
  readonly request: Omit<PlanRequest, 'sdl'>;
  readonly timer: NodeJS.Timeout;
  resolve(node: PlanNode): void;
  reject(error: Error): void;
}

/**
 * One process that plans for whatever supergraphs this one has. A plan that ends it is tried once more, and no other of those
 * with it: so one that does it again is known, and the others have theirs.
 */
class PlannerProcess {
  #child: ChildProcess | undefined;
  #lastId = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #culprits = new Set<string>();
  /** What was under way when the process ended, one after the other. */
  #again: Promise<unknown> = Promise.resolve();

  /** Rejects with the planner's own message, or with `PlannerGone`. */
  async plan(sdl: string, document: string, percentage: number): Promise<PlanNode> {
    const supergraph = createHash('sha256').update(sdl).digest('base64url');
    const culprit = createHash('sha256').update(`${supergraph} ${document}`).digest('base64url');
    if (this.#culprits.has(culprit)) {
      throw new PlannerGone('the planner does not survive the operation');
    }
    const ask = () => this.#ask(sdl, { supergraph, document, percentage });
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PlannerGone)) {
        throw error;
      }
      const again = this.#again.then(ask);
      this.#again = again.catch(() => undefined);
      return again.catch((second: unknown) => {
        if (second instanceof PlannerGone) {
          this.#remember(culprit);
        }
        throw second;
      });
    }
  }

  #remember(culprit: string): void {
    this.#culprits.add(culprit);
    for (const oldest of this.#culprits) {
      if (this.#culprits.size > keptCulprits) {
        this.#culprits.delete(oldest);
      }
    }
  }

  #ask(sdl: string, asked: Omit<PlanRequest, 'id' | 'sdl'>): Promise<PlanNode> {
    const { promise, resolve, reject } = Promise.withResolvers<PlanNode>();
    this.#lastId++;
    const id = this.#lastId;
    const child = this.#child ?? this.#start();
    const timer = setTimeout(() => child.kill('SIGKILL'), planTimeoutMs);
    const request = { id, ...asked };
    this.#pending.set(id, { sdl, request, timer, resolve, reject });
    child.channel?.ref();
    child.send(request);
    return promise;
  }

  #start(): ChildProcess {
    const child = fork(planProcess, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#child = child;
    // It keeps nobody from ending, but for who waits for a plan.
    child.unref();
    child.channel?.unref();
    child.on('message', (reply: PlanReply) => this.#take(child, reply));
    // What could not be sent or started is over, as if it had ended.
    child.on('error', () => this.#ended(child));
    child.once('exit', () => this.#ended(child));
    return child;
  }

  #take(child: ChildProcess, reply: PlanReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) {
      return;
    }
    if (reply.kind === 'unknown') {
      child.send({ ...pending.request, sdl: pending.sdl });
      return;
    }
    this.#settled(reply.id, pending);
    if (reply.kind === 'planned') {
      pending.resolve(reply.node);
    } else {
      pending.reject(new Error(reply.reason));
    }
  }

  #settled(id: number, { timer }: Pending): void {
    clearTimeout(timer);
    this.#pending.delete(id);
    if (this.#pending.size === 0) {
      this.#child?.channel?.unref();
    }
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) {
      return;
    }
    this.#child = undefined;
    for (const [id, pending] of this.#pending) {
      this.#settled(id, pending);
      pending.reject(new PlannerGone('the planner ended with its process'));
    }
  }
}

const planner = new PlannerProcess();

/**
 * The planner's plan, made in another process. Rejects with an error that has the planner's own message, or with
 * `PlannerGone`.
 */
export function planApart(sdl: string, document: string, percentage: number): Promise<PlanNode> {
  return planner.plan(sdl, document, percentage);
}
