import { BrokenCircuitError, CircuitState } from 'cockatiel';
import { Bulkhead } from '../../../platform/priority/bulkhead.ts';
import { type CallClass, callClasses } from '../../../platform/priority/call-classes.ts';
import { currentCaller } from '../../../platform/telemetry/request-scope.ts';
import type { CallsNow } from '../call-observer.ts';
import { CallFailure } from './call-failure.ts';
import { type Circuit, createCircuit } from './circuit.ts';
import type { Clock } from './clock.ts';
import { Deadline, failureOfAbort, untilAborted } from './deadline.ts';
import type { PolicyLimits } from './limits.ts';

/** Makes one try of a call. Rejects with a `CallFailure`, and ends as soon as `signal` aborts. */
export type Try<T> = (signal: AbortSignal, options: TryOptions) => Promise<T>;

export interface TryOptions {
  /** Whether to use a new connection, which is closed after the try. */
  readonly fresh: boolean;
  readonly callClass: CallClass;
  /** Must be called just before the first byte is sent. If it returns false, no byte may be sent. */
  readonly maySend: () => boolean;
}

/**
 * The policy for all calls to one system. Its layers, from the outside to the inside: deadline, retry, circuit breaker,
 * bulkhead.
 *
 * A read whose first try finds HTTP 503, with a deadline of 5,000 ms and a retry delay of at most 200 ms:
 *
 *        0 ms  the deadline starts; the circuit breaker is closed; the bulkhead has a free connection
 *       40 ms  HTTP 503: `unreachable`, an outage (the breaker counts 1), retry `delayed`
 *      140 ms  second try, on a new connection, after a random part of 200 ms (here half)
 *      180 ms  a reply: the call resolves, and the breaker counts 0 again
 *
 * Calls with `isApart` have a circuit breaker of their own. Their failures don't open the breaker of the other calls.
 *
 * A change is never retried. If it gets HTTP 503, it was sent, so the call rejects with `outcome-unknown`.
 */
export interface CallPolicy {
  /**
   * Runs a call. Settles at its deadline at the latest. Rejects with a `CallFailure`.
   *
   * An idempotent call may be tried twice. Any other call is tried once, and on a new connection: if a kept connection
   * is lost, nobody knows what the system has done. If this call fails, the reason says what happened.
   * `outcome-unknown`: it may have been sent. `busy`: the system refused it. Any other reason: it was not sent and
   * never will be.
   */
  run<T>(tryCall: Try<T>, call: Call): Promise<T>;
  /**
   * The calls under way, and the state of the circuit breaker. The second breaker, of calls with `isApart`, is left
   * out.
   */
  state(): CallsNow;
}

export interface Call {
  /** The operation's name in the WSDL, for observers. */
  readonly operation: string;
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  /** Whether the call uses a separate circuit breaker. Only for idempotent calls (see `SoapClientSettings.apart`). */
  readonly isApart?: boolean;
  readonly callClass: CallClass;
  /** Decides whether the call may be sent (see `TryOptions`). Only for calls that are not idempotent. */
  readonly maySend?: (() => boolean) | undefined;
}

/** Creates the policy of one system. `random` returns a number from 0 to 1, for the delay before a retry. */
export function createCallPolicy(limits: PolicyLimits, random: () => number, clock: Clock): CallPolicy {
  const bulkhead = new Bulkhead(limits.connections, limits.queue, rejections, limits.highestClass);
  const shared = createCircuit(limits, clock);
  const apart = createCircuit(limits, clock);

  async function enqueue<T>(tryCall: Try<T>, signal: AbortSignal, options: TryOptions): Promise<T> {
    const turn = { callClass: options.callClass, caller: currentCaller() };
    const isTurn = bulkhead.enter(turn, signal);
    if (isTurn !== null) {
      await isTurn;
    }
    try {
      return await tryCall(signal, options);
    } finally {
      bulkhead.leave(turn);
    }
  }

  /** Makes one try, through circuit breaker and bulkhead. */
  async function tryOnce<T>(
    { breaker }: Circuit,
    tryCall: Try<T>,
    signal: AbortSignal,
    options: TryOptions,
  ): Promise<T> {
    try {
      return await (breaker.state === CircuitState.Closed
        ? breaker.execute(() => enqueue(tryCall, signal, options))
        : tryWhileOpen(breaker, tryCall, signal, options));
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) {
        throw error;
      }
      throw new CallFailure('unreachable', 'the circuit breaker is open');
    }
  }

  /**
   * Makes one try while the breaker is open or half open. After the open time, the first call is the probe: it finds
   * out whether the system is back. The other calls wait for its result.
   */
  function tryWhileOpen<T>(
    breaker: Circuit['breaker'],
    tryCall: Try<T>,
    signal: AbortSignal,
    options: TryOptions,
  ): Promise<T> {
    let during: 'wait' | 'call' = 'wait';
    const begin: Try<T> = (trySignal, tryOptions) => {
      during = 'call';
      return tryCall(trySignal, tryOptions);
    };
    const guarded = async () => {
      // While this call waited, the probe of another call has closed the breaker.
      if (breaker.state === CircuitState.Closed) {
        return await enqueue(begin, signal, options);
      }
      // The probe continues when its caller aborts: other calls wait for its result, and the breaker would mistake a
      // cancelled call for a healthy answer. So the probe has a deadline of its own. That deadline is later than the
      // deadlines of all calls in the queue, so the probe gets its turn.
      using probeDeadline = new Deadline(limits.deadlineMs, neverAborted, clock);
      return await enqueue(begin, probeDeadline.signal, options);
    };
    return untilAborted(breaker.execute(guarded), signal, () => during);
  }

  async function read<T>(
    circuit: Circuit,
    tryCall: Try<T>,
    deadline: Deadline,
    callClass: CallClass,
  ): Promise<T> {
    const maySend = () => true;
    try {
      return await tryOnce(circuit, tryCall, deadline.signal, { fresh: false, callClass, maySend });
    } catch (error) {
      if (!(error instanceof CallFailure) || error.retry === 'never') {
        throw error;
      }
      const delayMs = error.retry === 'immediate' ? 0 : random() * limits.retryDelayMs;
      if (delayMs >= deadline.remainingMs) {
        throw error;
      }
      await pause(delayMs, deadline.signal, clock);
      return await tryOnce(circuit, tryCall, deadline.signal, { fresh: true, callClass, maySend });
    }
  }

  async function change<T>(
    tryCall: Try<T>,
    { signal }: Deadline,
    callClass: CallClass,
    callerAllows: () => boolean,
  ): Promise<T> {
    let wasSent = false;
    const maySend = () => {
      // If the caller has aborted, the change was reported as not made, so it must not be sent any more. But this call
      // may still be running, as the probe of a half-open breaker.
      if (signal.aborted || !callerAllows()) {
        return false;
      }
      wasSent = true;
      return true;
    };
    try {
      return await tryOnce(shared, tryCall, signal, { fresh: true, callClass, maySend });
    } catch (error) {
      if (!wasSent || !(error instanceof CallFailure) || error.reason === 'busy') {
        throw error;
      }
      throw new CallFailure('outcome-unknown', error.detail);
    }
  }

  return {
    state: () => ({
      breaker: shared.state(),
      connections: limits.connections,
      running: bulkhead.running,
      waiting: Object.fromEntries(
        callClasses.map((callClass) => [callClass, bulkhead.waiting(callClass)]),
      ) as CallsNow['waiting'],
    }),
    async run(tryCall, { signal, idempotent, isApart = false, callClass, maySend = () => true }) {
      using deadline = new Deadline(limits.deadlineMs, signal, clock);
      if (signal.aborted) {
        throw failureOfAbort(deadline.signal, 'wait');
      }
      return await (idempotent
        ? read(isApart ? apart : shared, tryCall, deadline, callClass)
        : change(tryCall, deadline, callClass, maySend));
    },
  };
}

const rejections = {
  full: (callClass: CallClass) => new CallFailure('overloaded', `too many calls of ${callClass} wait`),
  overShare: () => new CallFailure('over-share', 'too many calls of one caller wait'),
  aborted: (signal: AbortSignal) => failureOfAbort(signal, 'wait'),
};

const neverAborted = new AbortController().signal;

/** Waits for a time. Rejects with a `CallFailure` as soon as the signal aborts. */
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
