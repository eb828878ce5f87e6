import { CallFailure } from './call-failure.ts';
import type { Clock } from './clock.ts';

/** Why a signal of a `Deadline` is aborted, where it wasn't the caller. */
class DeadlinePassed extends Error {}

/** A time limit joined with the caller's signal. Dispose of it when the work is done. */
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
 * Who aborted: `timeout` where a `Deadline` did, this one or one around it, or the caller's `AbortSignal.timeout`; else
 * `cancelled`. Only a time-out of ours while the system had the request counts against it.
 */
export function failureOfAbort(signal: AbortSignal, during: 'call' | 'wait'): CallFailure {
  const { reason } = signal;
  if (!(reason instanceof DeadlinePassed)) {
    return reason instanceof DOMException && reason.name === 'TimeoutError'
      ? new CallFailure('timeout', "the caller's own deadline passed")
      : new CallFailure('cancelled', 'the caller went away');
  }
  return during === 'call'
    ? new CallFailure('timeout', 'no answer by the deadline', { isOutage: true })
    : new CallFailure('timeout', 'the deadline passed while waiting for our turn');
}

/**
 * The promise, given up with a `CallFailure` when the signal aborts. What it settles to after that is nobody's. `during`
 * is asked then, not before.
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
