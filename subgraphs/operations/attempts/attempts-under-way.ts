/**
 * Counts the attempts of one client at one number. An attempt counts as a failure before it is made. A second row marks
 * the attempt as under way until its result is known. Without this row, a client that sends right PINs in parallel
 * would be told that the PINs are wrong.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { AttemptCounts, FailureLimit } from './failure-limits.ts';

/** The longest time for which an attempt waits for others under way, and the pause between two checks, in ms. */
const waitForOthersMs = 2_000;
const recheckMs = 100;
/**
 * The longest time for which an attempt is under way, in ms: two calls to card management. If it seems to be under way
 * for longer, its process has crashed, and it no longer counts as under way.
 */
const maxUnderWayMs = 15_000;

type CountedForNumber =
  /**
   * The caller must forgive `ids` if the attempt turns out right, and `underWay` as soon as the result is known, right
   * or wrong.
   */
  { readonly ids: readonly string[]; readonly underWay: readonly string[] } | { readonly until: Date };

/**
 * Counts an attempt, or resolves to the time at which there is room again if the failures have reached the limit.
 * @throws UpstreamError over-share if the limit is only reached with attempts under way, and they take too long.
 */
export async function countForNumber(
  { attempts, monotonic }: AttemptCounts,
  { key, maxFailures, withinMs, about }: FailureLimit,
): Promise<CountedForNumber> {
  const underWayKey = `${key} under way`;
  const end = monotonic() + waitForOthersMs;
  // The two rows of an attempt are not read and written at once, so one check without attempts under way may be wrong.
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
