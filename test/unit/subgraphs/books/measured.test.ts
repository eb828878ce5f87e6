import { expect, test } from 'vitest';
import { measuredText, proposedDropMs } from '../../../../subgraphs/books/measured.ts';

const nothing = {
  clockOffset: null,
  longestChangeMs: null,
  duplicates: 0,
  filledGaps: 0,
  longestGapMs: null,
};

test('the proposed drop time is the vendor’s promise until a change took longer', () => {
  expect(proposedDropMs(nothing)).toBe(30_000);
  expect(proposedDropMs({ ...nothing, longestChangeMs: 20_000 })).toBe(30_000);
  expect(proposedDropMs({ ...nothing, longestChangeMs: 40_300 })).toBe(61_000);
});

test('the proposed drop time leaves out what a clock that is ahead adds, unless a clock was set', () => {
  const longestChangeMs = 30_000;
  expect(proposedDropMs({ ...nothing, longestChangeMs, clockOffset: { min: 2_000, max: 2_600 } })).toBe(
    42_000,
  );
  expect(proposedDropMs({ ...nothing, longestChangeMs, clockOffset: { min: 9_000, max: 2_600 } })).toBe(
    45_000,
  );
});

test('each figure has a line, and what nothing tells has a dash', () => {
  expect(measuredText({ ...nothing, duplicates: 2, clockOffset: { min: -300, max: 700 } })).toBe(
    [
      'circulation                             measured',
      'clock, less ours, in the last day       -0.3 s to 0.7 s',
      'longest time from sending to the event  -',
      'changes that were made more than once   2',
      'gaps in the feed that were filled       0',
      'longest time until a gap was filled     -',
      'proposed CIRC_DROP_AFTER_MS             30000',
      '',
    ].join('\n'),
  );
});
