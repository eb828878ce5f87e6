import { textTable } from '../../platform/commands/text-table.ts';
import type { CirculationMeasures } from '../../store/journal/port.ts';

/**
 * The time after which circulation drops a request that it has not carried out, in ms, as its vendor promises. A
 * shorter time is never proposed.
 */
const promisedMs = 30_000;
/**
 * The value proposed for `CIRC_DROP_AFTER_MS` is the longest measured change times this factor, because a longer change
 * may still come.
 */
const marginFactor = 1.5;

/**
 * The value to propose for `CIRC_DROP_AFTER_MS`, the time after which circulation drops a request. It is in ms, in
 * steps of a second, and at least `promisedMs`. The measured time of a change begins when the request is sent. All of
 * it counts, because nobody knows when the request arrived.
 *
 * Example: the longest change took at most 28 s. So 42,000 (28 s × 1.5) is proposed.
 */
export const proposedDropMs = ({ longestChangeMs }: CirculationMeasures): number =>
  Math.max(promisedMs, Math.ceil(((longestChangeMs ?? 0) * marginFactor) / 1_000) * 1_000);

export function measuredText(measures: CirculationMeasures): string {
  const { clockOffset, longestChangeMs, duplicates, filledGaps, longestGapMs, daysLeftOut } = measures;
  return textTable(
    ['circulation', 'measured'],
    [
      ['clock, less ours, on the latest day', offsetText(clockOffset)],
      ['longest time from sending to the event', secondsText(longestChangeMs)],
      ['changes that were made more than once', String(duplicates)],
      ['gaps in the feed that were filled', String(filledGaps)],
      ['longest time until a gap was filled', secondsText(longestGapMs)],
      ['days left out, as a clock was set', daysLeftOut.length === 0 ? '-' : daysLeftOut.join(' ')],
      ['proposed CIRC_DROP_AFTER_MS', String(proposedDropMs(measures))],
    ],
  );
}

const secondsText = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1_000).toFixed(1)} s`);

const offsetText = (offset: CirculationMeasures['clockOffset']): string =>
  offset === null ? '-' : `${secondsText(offset.min)} to ${secondsText(offset.max)}`;
