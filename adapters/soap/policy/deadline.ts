import { CallFailure } from './call-failure.ts';
import type { Clock } from './clock.ts';

/** The abort reason of a `Deadline` whose time is over. It distinguishes a time-out from the caller's own abort. */
class DeadlinePassed extends Error {}

/**
 * A time limit joined with the caller's signal. `signal` aborts when the time is over or when the caller aborts.
 * Dispose of it when the work is done.
 *
 * ```ts
 * using deadline = new Deadline(5_000, caller, clock);
 * const session = await logIn(deadline.signal); // takes 3 s
 * return await getLoans(session, deadline.signal); // has 2 s left, not another 5 s
 * ```
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #clock: Clock;
  readonly #stopTimer: () => void;
  readonly #endsAt: number;
  readonly #onCallerAbort = () => this.#controller.abort(this.#caller.reason);

  constructor(ms: number, caller: AbortSignal, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
    this.#endsAt = clock.now() + ms;
    this.#stopTimer = clock.after(ms, () => this.#controller.abort(new DeadlinePassed()));
    if (caller.aborted) {
      this.#onCallerAbort();
    } else {
      caller.addEventListener('abort', this.#onCallerAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAt - this.#clock.now());
  }

  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
  }
}

/**
 * The failure for an aborted signal. Its reason is `timeout` if a `Deadline`, or the caller's own
 * `AbortSignal.timeout`, has run out. Otherwise the reason is `cancelled`. `during` is `call` if the system had the
 * request, or `wait` if the call waited for its turn or for a retry. The failure counts as an outage only if a
 * `Deadline` ran out during a `call`.
 */
export function failureOfAbort(signal: AbortSignal, during: 'call' | 'wait'): CallFailure {
  const { reason } = signal;
  if (!(reason instanceof DeadlinePassed)) {
    return reason instanceof DOMException && reason.name === 'TimeoutError'
      ? new CallFailure('timeout', "the caller's own deadline passed")
      : new CallFailure('cancelled', 'the caller aborted');
  }
  return during === 'call'
    ? new CallFailure('timeout', 'no answer by the deadline', { isOutage: true })
    : new CallFailure('timeout', 'the deadline passed while the call waited for its turn');
}

/**
 * Waits for the promise, but rejects with a `CallFailure` as soon as the signal aborts. The promise's result after that
 * is ignored. `during` is called at the abort. It says whether the system had the request (`call`) or not yet (`wait`).
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  during: () => 'call' | 'wait' = () => 'wait',
): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(failureOfAbort(signal, during()));
  if (signal.aborted) {
    onAbort();
  } else {
    signal.addEventListener('abort', onAbort, { once: true });
  }
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
