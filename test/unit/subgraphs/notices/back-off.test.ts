import { expect, test } from 'vitest';
import { retryMs, sendingTimes } from '../../../../subgraphs/notices/sending/back-off.ts';

const least = () => 0;
const most = () => 1;

test('pauses double from five seconds to six hours, and half of each is random', () => {
  const pauses = [1, 2, 3, 12, 13, 14, 500].map((attempts) => retryMs(attempts, sendingTimes, null, most));
  expect(pauses).toEqual([5_000, 10_000, 20_000, 10_240_000, 20_480_000, 21_600_000, 21_600_000]);
  expect(retryMs(2, sendingTimes, null, least)).toBe(5_000);
});

test('an endpoint gets the time that it asks for', () => {
  expect(retryMs(1, sendingTimes, 60_000, most)).toBe(60_000);
  expect(retryMs(14, sendingTimes, 60_000, least)).toBe(10_800_000);
});
