/**
 * Counts the attempts of one client at one number. An attempt counts as a failure before it is made. A second row marks
 * the attempt as under way until its result is known. Without that row, a client that sends right PINs in parallel
 * would be told that it has too many failures.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { AttemptCounts, FailureLimit } from './failure-limits.ts';

/**
 * The longest time for which an attempt waits for other attempts under way, and the pause between two checks, in ms.
 */
const waitForOthersMs = 2_000;
const recheckMs = 100;
/**
 * The longest time for which an attempt can be under way, in ms: two calls to card management. If a row is older, its
 * process has crashed, and the row no longer counts.
 */
const maxUnderWayMs = 15_000;

type CountedForNumber =
  /**
   * The rows in which an attempt is counted, or the time `until` which no attempt is allowed. If the number and the PIN
   * are right, the caller must forgive `ids`. As soon as the result is known, right or wrong, the caller must forgive
   * `underWay`.
   */
  { readonly ids: readonly string[]; readonly underWay: readonly string[] } | { readonly until: Date };

/**
 * Counts an attempt. If the failures have reached the limit, resolves to the time at which the next attempt is allowed.
 * @throws UpstreamError over-share if attempts under way count towards the limit, and their results take too long to
 *   come
 */
export async function countForNumber(
  { attempts, monotonic }: AttemptCounts,
  { key, maxFailures, withinMs, about }: FailureLimit,
): Promise<CountedForNumber> {
  const underWayKey = `${key} under way`;
  const end = monotonic() + waitForOthersMs;
  // An attempt writes its two rows one after the other. Between the two, it does not seem to be under way. So the limit
  // is believed only after two checks in a row without attempts under way.
  let wasQuiet = false;
  for (;;) {
    const counted = await attempts.attempt(key, maxFailures, withinMs, about);
    if ('id' in counted) {
      const underWay = await attempts.attempt(underWayKey, maxFailures, maxUnderWayMs);
      return { ids: [counted.id], underWay: 'id' in underWay ? [underWay.id] : [] };
    }
    const isQuiet = (await attempts.count(underWayKey)) === 0;
    if (isQuiet && wasQuiet) {
      return counted;
    }
    if (monotonic() >= end) {
      throw new UpstreamError(
        'card management',
        'over-share',
        'too many attempts at one number are under way',
      );
    }
    wasQuiet = isQuiet;
    await wait(recheckMs);
  }
}
