import { textTable } from '../../platform/commands/text-table.ts';
import type { CirculationMeasures } from '../../store/journal/port.ts';

/**
 * The drop time that circulation's vendor promises, in ms: circulation drops a request that it has not carried out
 * within this time. A shorter drop time is never proposed.
 */
const promisedMs = 30_000;
/** The proposed drop time is the duration of the longest change, times this factor. A longer change may still come. */
const marginFactor = 1.5;

/**
 * The drop time that fits the measurements, for `CIRC_DROP_AFTER_MS`: in ms, in steps of a second, and at least
 * `promisedMs`. The whole time of a change is used, because nobody knows how much of it was spent before the request
 * arrived.
 *
 * Example: the longest change took at most 28 s. So 42,000 is proposed.
 */
export const proposedDropMs = ({ longestChangeMs }: CirculationMeasures): number =>
  Math.max(promisedMs, Math.ceil(((longestChangeMs ?? 0) * marginFactor) / 1_000) * 1_000);

/** The measures as text, one figure per line. */
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
