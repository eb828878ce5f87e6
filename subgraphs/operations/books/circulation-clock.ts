import type { Account, Effect } from '../../../store/journal/port.ts';
import { type ChangeTimes, changeTimes } from '../change-times.ts';

/** Events have times in whole seconds. An event at 12:00:00 may have happened at any time before 12:00:01. */
export const eventSecondMs = 1_000;

/** The times of an operation that circulation has answered. */
interface AnsweredTimes {
  readonly event: Effect;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * The times of an operation whose only event happened between the permission to send and the answer. Null for any other
 * operation: what was answered late, or not at all, says nothing about circulation's clock.
 */
export function answeredTimes(
  { operation, effects }: Account,
  { sendWithinMs, callMs }: Pick<ChangeTimes, 'sendWithinMs' | 'callMs'> = changeTimes,
): AnsweredTimes | null {
  const [event, second] = effects;
  const { state, certainAt, certainAfterMs, settledAt } = operation ?? {};
  if (state !== 'DONE' || event === undefined || second !== undefined) {
    return null;
  }
  if (certainAt == null || certainAfterMs == null || settledAt == null) {
    return null;
  }
  const sentAtMs = certainAt.getTime() - certainAfterMs;
  const answeredAtMs = settledAt.getTime();
  const tookMs = answeredAtMs - sentAtMs;
  return tookMs >= 0 && tookMs <= sendWithinMs + callMs ? { event, sentAtMs, answeredAtMs } : null;
}

/**
 * Measures by how much circulation's clock is ahead of the journal's. Uses only operations that circulation has
 * answered, because their events happened between sending and answer. Each gives a range, and the ranges of successive
 * operations have a common part, until one of the clocks is set. Then the measurement begins anew.
 *
 * Within the common part, the value nearest to zero is taken. A wide range then shows no difference, and circulation
 * that is slow never looks like a clock that is fast.
 *
 * Example: an operation is sent at 12:00:00.0 and answered at 12:00:00.4. Its event has the time 12:01:00. So
 * circulation's clock is 59.6 to 61 seconds ahead: 59,600 ms.
 */
export class CirculationClock {
  #leastMs = Number.NEGATIVE_INFINITY;
  #mostMs = Number.POSITIVE_INFINITY;

  /** Takes the account into account, if its operation was answered. */
  see(account: Account): void {
    const times = answeredTimes(account);
    if (times === null) {
      return;
    }
    const atMs = times.event.at.getTime();
    const leastMs = atMs - times.answeredAtMs;
    const mostMs = atMs + eventSecondMs - times.sentAtMs;
    const isSetAnew = leastMs > this.#mostMs || mostMs < this.#leastMs;
    this.#leastMs = isSetAnew ? leastMs : Math.max(leastMs, this.#leastMs);
    this.#mostMs = isSetAnew ? mostMs : Math.min(mostMs, this.#mostMs);
  }

  /** By how much circulation's clock is ahead, in ms. Negative if it is behind. 0 if nothing is known. */
  get aheadMs(): number {
    return Math.max(this.#leastMs, 0) + Math.min(this.#mostMs, 0);
  }
}
