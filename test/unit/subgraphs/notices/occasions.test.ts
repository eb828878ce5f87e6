import { expect, test } from 'vitest';
import { nextReminder, overdueOccasions } from '../../../../subgraphs/notices/making/occasions.ts';

test.each<[string, (string | null)[], number | null]>([
  ['the first comes at once, however long the loan has been overdue', [null, null, null], 0],
  ['the second waits for a week', ['2026-11-20', null, null], null],
  ['the second comes after a week', ['2026-11-19', null, null], 1],
  ['the third waits for a week after the second', ['2026-10-01', '2026-11-20', null], null],
  ['the third comes after another week', ['2026-10-01', '2026-11-19', null], 2],
  ['there is no fourth', ['2026-01-01', '2026-01-08', '2026-01-15'], null],
  ['one from a clock that was ahead keeps the next one waiting', ['2026-12-24', null, null], null],
])('%s', (_what, madeOn, next) => {
  expect(nextReminder(madeOn, '2026-11-26')).toBe(next);
});

test('the first notice has the occasion that it had before there were three', () => {
  expect(overdueOccasions('P0000001', '2026-11-20')).toEqual([
    'P0000001 2026-11-20',
    'P0000001 2026-11-20 2',
    'P0000001 2026-11-20 3',
  ]);
});
