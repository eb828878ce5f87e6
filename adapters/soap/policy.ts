import { setTimeout as wait } from 'node:timers/promises';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import PQueue from 'p-queue';
import { Deadline, failureOfAbort, untilAborted } from './deadline.ts';
import { CallFailure } from './failure.ts';
import type { Limits } from './limits.ts';

/** One try of a call. Throws a `CallFailure`, and gives up when `signal` aborts. */
export type Attempt<T> = (signal: AbortSignal, options: AttemptOptions) => Promise<T>;

export interface AttemptOptions {
  /** On a connection of its own. */
  readonly fresh: boolean;
  /** To be asked just before the first byte leaves: false, and none may. */
  readonly mayDepart: () => boolean;
}

/** What stands around every call to one system: deadline, retry, circuit breaker, bulkhead, in this order. */
export interface CallPolicy {
  /**
   * Throws a `CallFailure` by the deadline at the latest. `idempotent`: may be tried twice. All else is tried once, on
   * a connection of its own, for if one that was kept is lost, nobody knows what was done. Where it fails after it may
   * have left us, that is `outcome-unknown`; with every other reason it has not left, and never will, or the system
   * says itself that it is `busy`.
   */
  run<T>(attempt: Attempt<T>, call: Call): Promise<T>;
}

export interface Call {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  /** The caller's own word on it, for what is not idempotent: see `AttemptOptions`. */
  readonly mayDepart?: (() => boolean) | undefined;
}

/** How far one try has come. */
interface Progress extends AttemptOptions {
  during: 'wait' | 'call';
}

/** `random` gives 0 to 1, for the wait before a retry. */
export function createCallPolicy(limits: Limits, random: () => number): CallPolicy {
  const bulkhead = new PQueue({ concurrency: limits.connections });
  const breaker = createBreaker(limits);

  /** Through the bulkhead. */
  async function enqueue<T>(attempt: Attempt<T>, signal: AbortSignal, state: Progress): Promise<T> {
    if (bulkhead.size >= limits.queue && bulkhead.pending >= limits.connections) {
      throw new CallFailure('overloaded', `${limits.queue} calls are waiting`);
    }
    const task = async () => {
      state.during = 'call';
      return attempt(signal, { fresh: state.fresh, mayDepart: state.mayDepart });
    };
    try {
      return await bulkhead.add(task, { signal });
    } catch (error) {
      if (error instanceof CallFailure || !signal.aborted) throw error;
      throw failureOfAbort(signal, state.during);
    }
  }

  /** Through breaker and bulkhead. */
  async function tryOnce<T>(attempt: Attempt<T>, signal: AbortSignal, options: AttemptOptions): Promise<T> {
    const state: Progress = { ...options, during: 'wait' };
    const guarded = async () => {
      if (breaker.state === CircuitState.Closed) return enqueue(attempt, signal, state);
      // The call that tries whether the system is back goes on when its caller leaves: others wait for what it finds, and
      // to be cancelled would pass for an answer. Its deadline is the last of all, so that its turn in the queue comes.
      using own = new Deadline(limits.deadlineMs, neverAborted);
      return await enqueue(attempt, own.signal, state);
    };
    try {
      return await untilAborted(breaker.execute(guarded), signal, () => state.during);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new CallFailure('unreachable', 'the circuit breaker is open');
    }
  }

  async function read<T>(attempt: Attempt<T>, deadline: Deadline): Promise<T> {
    const mayDepart = () => true;
    try {
      return await tryOnce(attempt, deadline.signal, { fresh: false, mayDepart });
    } catch (error) {
      if (!(error instanceof CallFailure) || error.again === 'never') throw error;
      const delayMs = error.again === 'at once' ? 0 : random() * limits.retryDelayMs;
      if (delayMs >= deadline.remainingMs) throw error;
      await pause(delayMs, deadline.signal);
      return await tryOnce(attempt, deadline.signal, { fresh: true, mayDepart });
    }
  }

  async function change<T>(attempt: Attempt<T>, { signal }: Deadline, isWanted: () => boolean): Promise<T> {
    let hasDeparted = false;
    const mayDepart = () => {
      // Its caller has been told that it was not done: also the try of a half-open breaker, which outlives its caller.
      if (signal.aborted || !isWanted()) return false;
      hasDeparted = true;
      return true;
    };
    try {
      return await tryOnce(attempt, signal, { fresh: true, mayDepart });
    } catch (error) {
      if (!hasDeparted || !(error instanceof CallFailure) || error.reason === 'busy') throw error;
      throw new CallFailure('outcome-unknown', error.detail);
    }
  }

  return {
    async run(attempt, { signal, idempotent, mayDepart = () => true }) {
      using deadline = new Deadline(limits.deadlineMs, signal);
      if (signal.aborted) throw failureOfAbort(deadline.signal, 'wait');
      return await (idempotent ? read(attempt, deadline) : change(attempt, deadline, mayDepart));
    },
  };
}

const neverAborted = new AbortController().signal;

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    // Only the signal ends it early.
    throw failureOfAbort(signal, 'wait');
  }
}

/** Counts what is a sign of an outage. cockatiel takes any other error for an answer, also when it tries. */
function createBreaker(limits: Limits): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.counts),
    { halfOpenAfter: limits.breakerOpenMs, breaker: new ConsecutiveBreaker(limits.breakerThreshold) },
  );
}
