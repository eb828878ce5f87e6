import { describe, expect, test } from 'vitest';
import {
  dayOfCompact,
  dayOfSlashed,
  instantOfStamp,
  slashedDay,
} from '../../../../../adapters/soap/contract/legacy-dates.ts';

describe('dates and stamps are translated', () => {
  test.each([
    ['20261129', '2026-11-29'],
    ['20240229', '2024-02-29'],
    ['20000229', '2000-02-29'],
    ['20230229', null],
    ['19000229', null],
    ['20260431', null],
    ['20261301', null],
    ['20260100', null],
    ['00000101', null],
    ['2026112', null],
    ['2026-11-29', null],
  ])('%s is %s', (text, day) => {
    expect(dayOfCompact(text)).toBe(day);
  });

  test.each([
    ['29/11/2026', '2026-11-29'],
    ['11/29/2026', null],
    ['9/1/2026', null],
  ])('%s is %s', (text, day) => {
    expect(dayOfSlashed(text)).toBe(day);
    if (day !== null) {
      expect(slashedDay(day)).toBe(text);
    }
  });

  test.each([
    ['20261115101500', '2026-11-15T10:15:00+08:00'],
    ['20261115235959', '2026-11-15T23:59:59+08:00'],
    ['20261115240000', null],
    ['20261115106000', null],
    ['20261115101560', null],
    ['20261315101500', null],
    ['', null],
  ])('%s is %s', (text, instant) => {
    expect(instantOfStamp(text)).toBe(instant);
  });

  test('a date that does not exist has no form in a request', () => {
    expect([slashedDay('2026-02-30'), slashedDay('x'), slashedDay('')]).toEqual([null, null, null]);
  });
});
