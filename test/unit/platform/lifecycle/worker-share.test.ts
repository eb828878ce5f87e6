import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workerShareOf } from '../../../../platform/lifecycle/workers/share.ts';

test('a process that is no worker has the whole limit', () => {
  expect(workerShareOf(8, null)).toBe(8);
});

test('the parts of all workers add up to the limit, and differ by one at most', () => {
  const limits = fc.nat(10_000);
  const counts = fc.integer({ min: 1, max: 64 });
  fc.assert(
    fc.property(limits, counts, (limit, count) => {
      const parts = Array.from({ length: count }, (_, at) => workerShareOf(limit, { index: at + 1, count }));
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(limit);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
  );
});
