import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budgets } from '../../../../../gateway/access/rates/gcra.ts';
import { seed } from '../../../../support/random.ts';

test('the burst may be taken at once, and comes back at the rate', () => {
  let now = 0;
  const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => now);
  expect(budgets.wait('a', 20)).toBe(0);
  budgets.take('a', 20);
  expect(budgets.wait('a', 1)).toBe(100);
  expect(budgets.wait('a', 5)).toBe(500);
  now = 500;
  expect(budgets.wait('a', 5)).toBe(0);
  expect(budgets.wait('a', 6)).toBe(100);
});

test('each key has a budget of its own', () => {
  const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => 0);
  budgets.take('a', 20);
  expect(budgets.wait('a', 1)).toBeGreaterThan(0);
  expect(budgets.wait('b', 20)).toBe(0);
});

test('more than the burst may be taken from a whole budget, and is paid back', () => {
  let now = 0;
  const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => now);
  expect(budgets.wait('a', 30)).toBe(0);
  budgets.take('a', 30);
  expect(budgets.wait('a', 1)).toBe(1100);
  now = 3000;
  expect(budgets.wait('a', 30)).toBe(0);
});

test('a debt is bounded, so that a flood locks nobody out for long after it', () => {
  const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => 0);
  for (let times = 0; times < 1000; times++) {
    budgets.take('a', 20);
  }
  expect(budgets.wait('a', 20)).toBe(4000);
});

test('in no time more is admitted than rate and burst allow', () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 3000 }),
    units: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let now = 0;
      const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => now);
      let taken = 0;
      for (const { pause, units } of steps) {
        now += pause;
        if (budgets.wait('a', units) === 0) {
          budgets.take('a', units);
          taken += units;
        }
        expect(taken).toBeLessThanOrEqual(20 + (now / 1000) * 10 + 1e-6);
      }
    }),
    { seed },
  );
});

test('of too many keys, those nearest to a full budget are forgotten, and full budgets take no room', () => {
  let now = 0;
  const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => now);
  budgets.take('site', 20);
  for (let network = 0; network < 110_000; network += 1) {
    budgets.take(`network ${network}`, 20);
    budgets.take('site', 1);
  }
  expect(budgets.fill).toBeGreaterThan(0.9);
  expect([budgets.wait('site', 20), budgets.wait('network 0', 20)]).toEqual([4000, 0]);
  expect(budgets.wait('network 109999', 20)).toBe(2000);
  now = 4000;
  expect(budgets.fill).toBe(0);
});
