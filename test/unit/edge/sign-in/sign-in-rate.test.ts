import { expect, test } from 'vitest';
import { limitBegun, maxBegunPerMinute } from '../../../../edge/sign-in/http/sign-in-rate.ts';

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

test('more networks than are remembered are counted together', () => {
  const mayBegin = limitBegun(() => 0);
  const addresses = Array.from(
    { length: 51_000 },
    (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  );
  const may = addresses.map(mayBegin);
  expect(may.slice(0, 50_000).every((one) => one)).toBe(true);
  expect(may.at(-1)).toBe(false);
});
