import { expect, test } from 'vitest';
import { ageOn, hongKongDay, hongKongInstant } from '../../../../subgraphs/library/calendar.ts';
import { isCalendarDay } from '../../../../subgraphs/runtime/scalars.ts';

test('a day begins at midnight in Hong Kong, wherever the process runs', () => {
  expect(hongKongDay(new Date('2026-11-24T15:59:59Z'))).toBe('2026-11-24');
  expect(hongKongDay(new Date('2026-11-24T16:00:00Z'))).toBe('2026-11-25');
  expect(hongKongInstant(new Date('2026-11-24T16:00:00.9Z'))).toBe('2026-11-25T00:00:00+08:00');
});

test.each([
  ['2026-04-21', '2008-04-22', 17],
  ['2026-04-22', '2008-04-22', 18],
  ['2026-02-28', '2008-02-29', 17],
  ['2026-03-01', '2008-02-29', 18],
  ['2028-02-29', '2008-02-29', 20],
])('on %s someone born on %s is %i', (day, born, age) => {
  expect(ageOn(day, born)).toBe(age);
});

test.each([
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['0000-01-01', false],
  ['2026-11-24T00:00:00Z', false],
])('that %s is a calendar day is %s', (text, valid) => {
  expect(isCalendarDay(text)).toBe(valid);
});
