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
const nothing = async () => null;
const giveWrong = async (times: number, network: (index: number) => string) => {
  for (let index = 0; index < times; index += 1) {
    await wrong.watch([network(index)], nothing);
  }
};

test('after ten wrong codes a network waits until ten minutes after the first, and others don’t', async () => {
  await giveWrong(maxWrongCodes - 1, () => 'a');
  expect(wrong.waitMs(['a'])).toBe(0);
  now += 60_000;
  await wrong.watch(['a'], nothing);
  expect(wrong.waitMs(['a'])).toBe(countedForMs - 60_000);
  expect(wrong.waitMs(['b'])).toBe(0);
  now += countedForMs - 60_000;
  expect(wrong.waitMs(['a'])).toBe(0);
});

test('many networks that guess together are stopped together', async () => {
  await giveWrong(maxWrongCodesOfAll, (index) => `network ${index}`);
  expect(wrong.waitMs(['a new one'])).toBe(countedForMs);
  now += countedForMs;
  expect(wrong.waitMs(['a new one'])).toBe(0);
});

test('codes that are looked up at the same moment count, and those that are right, or not looked up, do not in the end', async () => {
  const { promise: isLookedUp, resolve: lookUp } = Promise.withResolvers<void>();
  const codes = Array.from({ length: maxWrongCodes }, () =>
    wrong.watch(['a'], async () => {
      await isLookedUp;
      return 'a station';
    }),
  );
  expect(wrong.waitMs(['a'])).toBe(countedForMs);
  lookUp();
  expect(await Promise.all(codes)).toEqual(codes.map(() => 'a station'));
  expect(wrong.waitMs(['a'])).toBe(0);
  const away = async () => {
    throw new Error('the state is away');
  };
  for (let tries = 0; tries <= maxWrongCodes; tries += 1) {
    await expect(wrong.watch(['a'], away)).rejects.toThrow('the state is away');
  }
  expect(wrong.waitMs(['a'])).toBe(0);
});
