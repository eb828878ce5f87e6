import { beforeEach, expect, test } from 'vitest';
import { WindowCounter } from '../../../../edge/server/window-counter.ts';

let now: number;
let counter: WindowCounter;
beforeEach(() => {
  now = 1_000_000;
  counter = new WindowCounter({ lengthMs: 1_000, maxKeys: 3 }, () => now);
});

test('a key is counted until its window ends, which began with the first', () => {
  expect([counter.add('a'), counter.add('a'), counter.add('b')]).toEqual([1, 2, 1]);
  now += 999;
  expect(counter.add('a')).toBe(3);
  expect(counter.remainingMs('a')).toBe(1);
  now += 1;
  expect([counter.count('a'), counter.remainingMs('a'), counter.add('a')]).toEqual([0, 0, 1]);
});

test('what is taken back was not counted, and nothing is taken from the next window', () => {
  counter.add('a');
  counter.add('a');
  counter.takeBack('a');
  expect(counter.count('a')).toBe(1);
  now += 1_000;
  counter.takeBack('a');
  expect(counter.add('a')).toBe(1);
});

test('with too many keys, the one whose window began first is forgotten', () => {
  for (const key of ['a', 'b', 'c', 'a', 'd']) {
    counter.add(key);
  }
  expect(['a', 'b', 'c', 'd'].map((key) => counter.count(key))).toEqual([0, 1, 1, 1]);
});

test('a window lasts no longer than its length if the clock is put back', () => {
  counter.add('a');
  now -= 500_000;
  expect(counter.remainingMs('a')).toBe(1_000);
  now += 1_000;
  expect(counter.count('a')).toBe(0);
});

test('the fill counts keys whose window has not ended', () => {
  counter.add('a');
  now += 600;
  counter.add('b');
  expect(counter.fill).toBeCloseTo(2 / 3);
  now += 400;
  expect(counter.fill).toBeCloseTo(1 / 3);
});
