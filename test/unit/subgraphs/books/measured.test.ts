import { expect, test } from 'vitest';
import { measuredText, proposedDropMs } from '../../../../subgraphs/books/measured.ts';

const nothing = {
  clockOffset: null,
  longestChangeMs: null,
  duplicates: 0,
  filledGaps: 0,
  longestGapMs: null,
  daysLeftOut: [],
};

test('the proposed drop time is the vendor’s promise until a change took longer', () => {
  expect(proposedDropMs(nothing)).toBe(30_000);
  expect(proposedDropMs({ ...nothing, longestChangeMs: 20_000 })).toBe(30_000);
  expect(proposedDropMs({ ...nothing, longestChangeMs: 40_300 })).toBe(61_000);
});

test('each figure has a line, and what nothing tells has a dash', () => {
  const daysLeftOut = ['2026-11-20', '2026-11-21'];
  const clockOffset = { min: -300, max: 700 };
  expect(measuredText({ ...nothing, duplicates: 2, clockOffset, daysLeftOut })).toBe(
    [
      'circulation                             measured',
      'clock, less ours, on the latest day     -0.3 s to 0.7 s',
      'longest time from sending to the event  -',
      'changes that were made more than once   2',
      'gaps in the feed that were filled       0',
      'longest time until a gap was filled     -',
      'days left out, as a clock was set       2026-11-20 2026-11-21',
      'proposed CIRC_DROP_AFTER_MS             30000',
      '',
    ].join('\n'),
  );
});
