import { type Account, type Effect, eventSecondMs } from '../../../store/journal/port.ts';
import { changeTimes } from '../change-times.ts';

/** The event of an operation that circulation has answered, and the times of sending and answering. */
interface AnsweredTimes {
  readonly event: Effect;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * The times of an operation that circulation has answered in time. Its only event happened between the permission to
 * send and the answer. Null for any other operation, because its event may have happened at any time.
 */
export function answeredTimes({ operation, effects }: Account): AnsweredTimes | null {
  const { sendWithinMs, callMs } = changeTimes;
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
 * Measures the time by which circulation's clock is ahead of the journal's. Only operations that circulation has
 * answered are used, because their event happened between sending and answer. So each gives a range for the difference
 * between the clocks. The measurement is the common part of these ranges. If a range has no part in common with it, one
 * of the clocks was set, and the measurement begins again.
 *
 * In the common part, the value nearest to zero is taken. So a range with zero in it shows no difference, and a slow
 * answer of circulation never looks like a fast clock.
 *
 * Example: an operation is sent at 12:00:00.0 and answered at 12:00:00.4. Its event has the time 12:01:00. Events have
 * whole seconds, so the event happened between 12:01:00 and 12:01:01. So circulation's clock is 59.6 to 61 seconds
 * ahead, and 59,600 ms is taken.
 */
export class CirculationClock {
  readonly #monotonic: () => number;
  readonly #judgedWithinMs: number;
  #leastMs = Number.NEGATIVE_INFINITY;
  #mostMs = Number.POSITIVE_INFINITY;
  /** The previous measurement, and the time at which it ended, by the monotonic clock. */
  #former = { aheadMs: 0, endedAtMs: Number.NEGATIVE_INFINITY };

  /**
   * @param judgedWithinMs the longest time between the permission to send a change and the comparison of its event with
   *   the journal, if nothing fails
   */
  constructor(monotonic: () => number, judgedWithinMs: number) {
    this.#monotonic = monotonic;
    this.#judgedWithinMs = judgedWithinMs;
  }

  /** Uses an operation and its event for the measurement, if the operation was answered. Returns whether it was. */
  see(account: Account): boolean {
    const times = answeredTimes(account);
    if (times === null) {
      return false;
    }
    const atMs = times.event.at.getTime();
    const leastMs = atMs - times.answeredAtMs;
    const mostMs = atMs + eventSecondMs - times.sentAtMs;
    const isFirst = this.#mostMs === Number.POSITIVE_INFINITY;
    const beginsAnew = isFirst || leastMs > this.#mostMs || mostMs < this.#leastMs;
    if (beginsAnew) {
      this.#former = { aheadMs: this.recentlyAheadMs, endedAtMs: this.#monotonic() };
    }
    this.#leastMs = beginsAnew ? leastMs : Math.max(leastMs, this.#leastMs);
    this.#mostMs = beginsAnew ? mostMs : Math.min(mostMs, this.#mostMs);
    return true;
  }

  /** The time by which circulation's clock is ahead, in ms. Negative if it is behind. 0 if nothing is known. */
  get aheadMs(): number {
    return Math.max(this.#leastMs, 0) + Math.min(this.#mostMs, 0);
  }

  /**
   * The largest difference between the clocks that was measured since the operations under comparison were sent, in ms.
   * An event that is in time by any of these measurements counts as in time.
   *
   * Example: a check-out is under way while the journal's clock is set forward by a minute. The next measurement shows
   * that circulation's clock is a minute behind. With that measurement alone, the check-out's event would look a minute
   * late.
   */
  get recentlyAheadMs(): number {
    const { aheadMs, endedAtMs } = this.#former;
    const isRecent = this.#monotonic() - endedAtMs < this.#judgedWithinMs;
    return isRecent ? Math.max(aheadMs, this.aheadMs) : this.aheadMs;
  }
}
