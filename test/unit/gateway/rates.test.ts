import { expect, test } from 'vitest';
import { defaultRates, parseRates } from '../../../gateway/rates.ts';

test('what is not named is as by default', () => {
  expect(parseRates('anonymous=100/2000, plans=1/50')).toEqual({
    ...defaultRates,
    anonymous: { unitsPerSecond: 100, burst: 2000 },
    plans: { unitsPerSecond: 1, burst: 50 },
  });
});

test.each([
  'strangers=1/1',
  'anonymous',
  'anonymous=1',
  'anonymous=0/5',
  'anonymous=-1/5',
  'anonymous=1/x',
  'off plans=1/5',
])('refuses %s', (text) => expect(() => parseRates(text)).toThrow(/must (be|have)/));
