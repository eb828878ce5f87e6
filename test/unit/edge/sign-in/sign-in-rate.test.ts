import { expect, test } from 'vitest';
import { limitBegun, maxBegunPerMinute } from '../../../../edge/sign-in/sign-in-rate.ts';

test('one network may begin 300 sign-ins a minute, and another one more', () => {
  let now = 0;
  const mayBegin = limitBegun(() => now);
  const begun = Array.from({ length: maxBegunPerMinute + 1 }, () => mayBegin('2001:db8:1:2::1'));
  expect(begun.filter((may) => may)).toHaveLength(maxBegunPerMinute);
  expect(mayBegin('2001:db8:1:2::2')).toBe(false);
  expect(mayBegin('2001:db8:1:3::1')).toBe(true);
  now = 60_000;
  expect(mayBegin('2001:db8:1:2::1')).toBe(true);
});

test('a /48 may begin four times as many, from however many networks', () => {
  const mayBegin = limitBegun(() => 0);
  const begun = Array.from({ length: 0x10_00 }, (_, network) =>
    mayBegin(`2001:db8:1:${network.toString(16)}::1`),
  );
  expect(begun.filter((may) => may)).toHaveLength(4 * maxBegunPerMinute);
  expect(mayBegin('2001:db8:2::1')).toBe(true);
});
