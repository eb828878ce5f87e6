import { expect, test } from 'vitest';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Places } from '../../../store/journal/port.ts';
import { countQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import { isOverdue, renewalsLeft } from '../../../subgraphs/circulation/rules/renewals.ts';

const loan = (changes: Partial<Loan> = {}): Loan => ({
  id: 'L00000001',
  libraryCardNumber: '21852000000017',
  itemNumber: '31852000000015',
  titleNumber: 'B0000001',
  title: '紅樓夢',
  branch: 'STCL',
  checkedOutAt: '2026-11-15T10:15:00+08:00',
  dueOn: '2026-11-29',
  renewals: 0,
  reference: null,
  ...changes,
});

const loans = (count: number) => Array.from({ length: count }, () => loan());
const place = (operationId: string) => ({ operationId, libraryCardNumber: '21852000000017', subject: '' });
const none: Places = { unsettled: [], doneSince: [], uncertain: [] };
const asOf = '2026-11-24T12:00:00+08:00';

test('R9: the loans of all cards count against one limit of ten', () => {
  const quota = countQuota(
    new Map([
      ['21852000000017', loans(6)],
      ['21852000000025', loans(3)],
    ]),
    none,
    asOf,
  );
  expect(quota).toMatchObject({ limit: 10, used: 9, pending: 0, remaining: 1, asOf });
  expect(quota.byCredential).toEqual([
    { credential: { libraryCardNumber: '21852000000017' }, used: 6 },
    { credential: { libraryCardNumber: '21852000000025' }, used: 3 },
  ]);
});

test('R9: a check-out that is not settled holds its place', () => {
  expect(
    countQuota(
      new Map([['21852000000017', loans(8)]]),
      { ...none, unsettled: [place('x'), place('y')] },
      asOf,
    ).remaining,
  ).toBe(0);
});

test('R9: what desks lent beyond the limit leaves nothing, and nothing goes negative', () => {
  const quota = countQuota(new Map([['21852000000173', loans(13)]]), none, asOf);
  expect(quota).toMatchObject({ used: 13, remaining: 0 });
});

test('a patron without cards has the whole limit', () => {
  expect(countQuota(new Map(), none, asOf)).toMatchObject({ used: 0, remaining: 10, byCredential: [] });
});

test('R23: a loan is overdue from the day after it is due', () => {
  expect(isOverdue(loan({ dueOn: '2026-11-24' }), '2026-11-24')).toBe(false);
  expect(isOverdue(loan({ dueOn: '2026-11-24' }), '2026-11-25')).toBe(true);
});

test('R23: five renewals, and never fewer than none left', () => {
  expect(renewalsLeft(loan())).toBe(5);
  expect(renewalsLeft(loan({ renewals: 5 }))).toBe(0);
  expect(renewalsLeft(loan({ renewals: 7 }))).toBe(0);
});
