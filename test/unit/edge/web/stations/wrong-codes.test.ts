import { beforeEach, expect, test } from 'vitest';
import {
  countedForMs,
  maxWrongCodes,
  maxWrongCodesOfAll,
  WrongCodes,
} from '../../../../../edge/web/stations/wrong-codes.ts';

let now = 0;
let wrong: WrongCodes;
beforeEach(() => {
  now = 1_000_000;
  wrong = new WrongCodes(() => now);
});
const countTimes = (times: number, network: (index: number) => string) => {
  for (let index = 0; index < times; index += 1) {
    wrong.count(network(index));
  }
};

test('after ten wrong codes a network waits until ten minutes after the first, and others don’t', () => {
  countTimes(maxWrongCodes - 1, () => 'a');
  expect(wrong.waitMs('a')).toBe(0);
  now += 60_000;
  wrong.count('a');
  expect(wrong.waitMs('a')).toBe(countedForMs - 60_000);
  expect(wrong.waitMs('b')).toBe(0);
  now += countedForMs - 60_000;
  expect(wrong.waitMs('a')).toBe(0);
});

test('many networks that guess together are stopped together', () => {
  countTimes(maxWrongCodesOfAll, (index) => `network ${index}`);
  expect(wrong.waitMs('a new one')).toBe(countedForMs);
  now += countedForMs;
  expect(wrong.waitMs('a new one')).toBe(0);
});
