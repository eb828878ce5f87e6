import { expect, test } from 'vitest';
import { ageBandOn } from '../../../../subgraphs/library/person.ts';

test.each([
  ['the day before the eleventh birthday', '2026-11-29', 'UNDER_11'],
  ['the eleventh birthday', '2026-11-30', 'FROM_11_TO_17'],
  ['the day before the eighteenth', '2033-11-29', 'FROM_11_TO_17'],
  ['the eighteenth birthday', '2033-11-30', 'ADULT'],
] as const)('R28: on %s', (_, day, band) => {
  expect(ageBandOn(day, '2015-11-30')).toBe(band);
});

test('R28: born on 29 February, the next group begins on 1 March in other years', () => {
  expect(ageBandOn('2027-02-28', '2016-02-29')).toBe('UNDER_11');
  expect(ageBandOn('2027-03-01', '2016-02-29')).toBe('FROM_11_TO_17');
});
