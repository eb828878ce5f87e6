import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { BreakerState } from '../call-observer.ts';
import { CallFailure } from './call-failure.ts';
import type { Clock } from './clock.ts';
import type { Limits } from './limits.ts';

/** A circuit breaker, with its state for observers. */
export interface Circuit {
  readonly breaker: CircuitBreakerPolicy;
  /**
   * The breaker's state. It is `half-open` as soon as the open time is over. cockatiel's own state stays `open` until
   * the next call, which may come hours later.
   */
  state(): BreakerState;
}

export function createCircuit(
  { breakerThreshold, breakerOpenMs }: Pick<Limits, 'breakerThreshold' | 'breakerOpenMs'>,
  clock: Clock,
): Circuit {
  let openedAtMs = 0;
  const isOpenTimeOver = () => clock.now() - openedAtMs >= breakerOpenMs;
  const breaker = createBreaker(breakerThreshold, isOpenTimeOver);
  breaker.onBreak(() => {
    openedAtMs = clock.now();
  });
  return {
    breaker,
    state() {
      const state = breakerStates[breaker.state];
      return state === 'open' && isOpenTimeOver() ? 'half-open' : state;
    },
  };
}

/** `Isolated` is cockatiel's state of a circuit that was opened by hand. No code here does that. */
const breakerStates = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const satisfies Readonly<Record<CircuitState, BreakerState>>;

/**
 * Creates a breaker that counts the failures that suggest an outage. cockatiel treats any other error as a healthy
 * answer, even if the error is the result of the probe.
 *
 * cockatiel measures the breaker's open time by the wall clock, which may be put back. We measure it by our own clock
 * instead. The `duration` for cockatiel is infinite until the open time is over, and then minus infinity.
 * @param isOpenTimeOver whether an open breaker may let a probe through
 */
function createBreaker(threshold: number, isOpenTimeOver: () => boolean): CircuitBreakerPolicy {
  const openTime = {
    get duration() {
      return isOpenTimeOver() ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    },
    next: () => openTime,
  };
  return circuitBreaker(
    handleWhen((error) => error instanceof CallFailure && error.isOutage),
    { halfOpenAfter: openTime, breaker: new ConsecutiveBreaker(threshold) },
  );
}
