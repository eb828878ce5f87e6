import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import type { GatewayObserver, HookFailureReason } from '../observer.ts';
import { boundedCopy } from './bounded-copy.ts';
import type { Hook, HookName } from './hooks.ts';

/** The time limit of a hook that sets no limit, in ms. */
const defaultTimeoutMs = 1000;

/**
 * The largest number of calls of one hook that have not ended. Calls for which the gateway no longer waits count, too,
 * so that a hook that never ends can't fill the memory. A thousand requests (MAX_CONCURRENT_REQUESTS) with ten requests
 * to subgraphs each don't exceed this number.
 */
export const maxUnderWay = 10_000;

/** The log names a hook that blocks the event loop, and so all requests, for this long, in ms (decision 16). */
const maxBlockingMs = 50;

/** A hook has failed, and the log says why. `cancelled`: the client disconnected, so nobody waits for the decision. */
class HookFailed extends Error {
  override readonly name = 'HookFailed';
  readonly #reason: HookFailureReason | 'cancelled';

  constructor(reason: HookFailureReason | 'cancelled', cause?: unknown) {
    super(`a hook has failed: ${reason}`, { cause });
    this.#reason = reason;
  }

  get reason(): HookFailureReason | 'cancelled' {
    return this.#reason;
  }

  /** A hook may throw anything, even a proxy on which `instanceof` throws. */
  static of(error: unknown): HookFailed {
    return typeof error === 'object' && error !== null && #reason in error
      ? error
      : new HookFailed('threw', error);
  }
}

export interface RunOptions<Event, Decision> {
  readonly name: HookName;
  readonly form: z.ZodType<Decision>;
  /** Whether the decision is about this event. */
  readonly fits: (decision: Decision, event: Event) => boolean;
  /** The largest decision: the characters of its texts, and at least 8 for each value. */
  readonly maxCharacters: number;
  readonly observer: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

/** The decision is a copy of what the hook returned. It is null if the hook has decided nothing. */
export type Outcome<Decision> =
  | { readonly failed: true }
  | { readonly failed: false; readonly decision: Decision | null };

/** The request for which a hook is called. */
export interface HookCall {
  readonly requestId: string;
  /** The signal of the request. Null if nobody waits for the hook. */
  readonly signal: AbortSignal | null;
}

/** Runs one hook within bounds, and reports each failure to the log and the metrics. */
export class HookRunner<Event, Decision> {
  readonly #hook: Hook<Event, Decision>;
  readonly #options: RunOptions<Event, Decision>;
  #underWay = 0;

  constructor(hook: Hook<Event, Decision>, options: RunOptions<Event, Decision>) {
    this.#hook = hook;
    this.#options = options;
  }

  get asks(): NonNullable<Hook<Event, Decision>['asks']> {
    return this.#hook.asks ?? {};
  }

  /** Never rejects. A failure is in the log and in the metrics. */
  async run(event: Event, call: HookCall): Promise<Outcome<Decision>> {
    try {
      return { failed: false, decision: this.#checked(await this.#returned(event, call), event) };
    } catch (error) {
      this.#tell(HookFailed.of(error), call);
      return { failed: true };
    }
  }

  /**
   * Calls the hook. Returns its result, or a promise of the result that rejects when the time is up. Fails with the
   * hook's error or `HookFailed`.
   */
  #returned(event: Event, call: HookCall): unknown {
    if (this.#underWay >= maxUnderWay) {
      throw new HookFailed('tooMany');
    }
    const abort = new AbortController();
    const returned = this.#begin(event, abort.signal, call);
    if (!isThenable(returned)) {
      return returned;
    }
    this.#underWay++;
    const ended = () => {
      this.#underWay--;
    };
    const resolved = Promise.resolve(returned);
    resolved.then(ended, ended);
    return this.#inTime(resolved, abort, call.signal);
  }

  #begin(event: Event, signal: AbortSignal, { requestId }: HookCall): unknown {
    const startedAt = performance.now();
    try {
      return this.#hook.run(event, signal);
    } finally {
      const ms = Math.round(performance.now() - startedAt);
      if (ms > maxBlockingMs) {
        const { name, log } = this.#options;
        log.warn({ reqId: requestId, hook: name, ms }, 'a hook has blocked the event loop');
      }
    }
  }

  #inTime(resolved: Promise<unknown>, abort: AbortController, signal: AbortSignal | null): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = (reason: Error) => {
      reject(reason);
      abort.abort(reason);
    };
    const { timeoutMs = defaultTimeoutMs } = this.#hook;
    const timer = setTimeout(() => giveUp(new HookFailed('timedOut')), timeoutMs);
    // A deadline aborts with a DOMException. A client that disconnects does not.
    const onAbort = () =>
      giveUp(new HookFailed(signal?.reason instanceof DOMException ? 'timedOut' : 'cancelled'));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) {
      onAbort();
    }
    resolved.then(resolve, reject);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    promise.then(end, end);
    return promise;
  }

  /** @throws HookFailed */
  #checked(returned: unknown, event: Event): Decision | null {
    if (returned === undefined || returned === null) {
      return null;
    }
    const { form, fits, maxCharacters } = this.#options;
    const copy = boundedCopy(returned, maxCharacters);
    if (!copy.ok) {
      throw new HookFailed(copy.reason);
    }
    const parsed = form.safeParse(copy.value);
    if (!parsed.success || !fits(parsed.data, event)) {
      throw new HookFailed('invalid', parsed.error);
    }
    return parsed.data;
  }

  #tell(failure: HookFailed, { requestId }: HookCall): void {
    const { reason } = failure;
    if (reason !== 'cancelled') {
      const { name, observer, log } = this.#options;
      observer.hookFailed?.(name, reason);
      log.error({ reqId: requestId, hook: name, reason, ...detailsOf(failure) }, 'a hook has failed');
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * The details of a failure for the log: the error that the hook threw, or the path at which its decision is wrong. They
 * contain no value of the decision (R30).
 */
function detailsOf({ reason, cause }: HookFailed): Readonly<Record<string, unknown>> {
  try {
    if (reason === 'threw') {
      return describeError(cause);
    }
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    return { at: issue?.path.join('.'), problem: issue?.code };
  } catch {
    // A hook may throw anything, even an object whose properties throw.
    return {};
  }
}
