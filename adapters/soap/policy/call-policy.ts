import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { CallClass } from '../port.ts';
import { Bulkhead } from './bulkhead.ts';
import { CallFailure } from './call-failure.ts';
import type { Clock } from './clock.ts';
import { Deadline, failureOfAbort, untilAborted } from './deadline.ts';
import type { Limits } from './limits.ts';

/** One try of a call. Throws a `CallFailure`, and gives up when `signal` aborts. */
export type Attempt<T> = (signal: AbortSignal, options: AttemptOptions) => Promise<T>;

export interface AttemptOptions {
  /** On a connection of its own. */
  readonly fresh: boolean;
  readonly callClass: CallClass;
  /** To be asked just before the first byte leaves: false, and none may. */
  readonly maySend: () => boolean;
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
  readonly callClass: CallClass;
  /** The caller's own word on it, for what is not idempotent: see `AttemptOptions`. */
  readonly maySend?: (() => boolean) | undefined;
}

/** `random` gives 0 to 1, for the wait before a retry. */
export function createCallPolicy(limits: Limits, random: () => number, clock: Clock): CallPolicy {
  const bulkhead = new Bulkhead(limits.connections, limits.queue);
  const breaker = createBreaker(limits);

  async function enqueue<T>(attempt: Attempt<T>, signal: AbortSignal, options: AttemptOptions): Promise<T> {
    const { callClass } = options;
    const turn = bulkhead.enter(callClass, signal);
    if (turn !== null) {
      await turn;
    }
    try {
      return await attempt(signal, options);
    } finally {
      bulkhead.leave(callClass);
    }
  }

  /** Through breaker and bulkhead. */
  async function tryOnce<T>(attempt: Attempt<T>, signal: AbortSignal, options: AttemptOptions): Promise<T> {
    try {
      return await (breaker.state === CircuitState.Closed
        ? breaker.execute(() => enqueue(attempt, signal, options))
        : tryOpened(attempt, signal, options));
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) {
        throw error;
      }
      throw new CallFailure('unreachable', 'the circuit breaker is open');
    }
  }

  /** While the breaker is not closed: it may be this call that tries whether the system is back, or one waits for that. */
  function tryOpened<T>(attempt: Attempt<T>, signal: AbortSignal, options: AttemptOptions): Promise<T> {
    let during: 'wait' | 'call' = 'wait';
    const begin: Attempt<T> = (ofAttempt, how) => {
      during = 'call';
      return attempt(ofAttempt, how);
    };
    const guarded = async () => {
      // Others have waited for what it found.
      if (breaker.state === CircuitState.Closed) {
        return await enqueue(begin, signal, options);
      }
      // The call that tries goes on when its caller leaves, for others wait for it, and to be cancelled would pass for an
      // answer. Its deadline is the last of all, so that its turn in the queue comes.
      using own = new Deadline(limits.deadlineMs, neverAborted, clock);
      return await enqueue(begin, own.signal, options);
    };
    return untilAborted(breaker.execute(guarded), signal, () => during);
  }

  async function read<T>(attempt: Attempt<T>, deadline: Deadline, callClass: CallClass): Promise<T> {
    const maySend = () => true;
    try {
      return await tryOnce(attempt, deadline.signal, { fresh: false, callClass, maySend });
    } catch (error) {
      if (!(error instanceof CallFailure) || error.retry === 'never') {
        throw error;
      }
      const delayMs = error.retry === 'immediate' ? 0 : random() * limits.retryDelayMs;
      if (delayMs >= deadline.remainingMs) {
        throw error;
      }
      await pause(delayMs, deadline.signal, clock);
      return await tryOnce(attempt, deadline.signal, { fresh: true, callClass, maySend });
    }
  }

  async function change<T>(
    attempt: Attempt<T>,
    { signal }: Deadline,
    callClass: CallClass,
    isWanted: () => boolean,
  ): Promise<T> {
    let wasSent = false;
    const maySend = () => {
      // Its caller has been told that it was not done: also the try of a half-open breaker, which outlives its caller.
      if (signal.aborted || !isWanted()) {
        return false;
      }
      wasSent = true;
      return true;
    };
    try {
      return await tryOnce(attempt, signal, { fresh: true, callClass, maySend });
    } catch (error) {
      if (!wasSent || !(error instanceof CallFailure) || error.reason === 'busy') {
        throw error;
      }
      throw new CallFailure('outcome-unknown', error.detail);
    }
  }

  return {
    async run(attempt, { signal, idempotent, callClass, maySend = () => true }) {
      using deadline = new Deadline(limits.deadlineMs, signal, clock);
      if (signal.aborted) {
        throw failureOfAbort(deadline.signal, 'wait');
      }
      return await (idempotent
        ? read(attempt, deadline, callClass)
        : change(attempt, deadline, callClass, maySend));
    },
  };
}

const neverAborted = new AbortController().signal;

/** Ends with a `CallFailure` at once when the signal aborts. */
async function pause(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
  if (ms === 0) {
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopTimer = clock.after(ms, resolve);
  try {
    await untilAborted(promise, signal);
  } finally {
    stopTimer();
  }
}

/** Counts what is a sign of an outage. cockatiel takes any other error for an answer, also when it tries. */
function createBreaker(limits: Limits): CircuitBreakerPolicy {
  return circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.isOutage),
    { halfOpenAfter: limits.breakerOpenMs, breaker: new ConsecutiveBreaker(limits.breakerThreshold) },
  );
}
