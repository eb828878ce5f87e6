import { describe, expect, test } from 'vitest';
import type { Places } from '../../../../store/journal/port.ts';
import {
  noFurtherHold,
  noHoldPlace,
  noLoanPlace,
  problemOfFullCard,
} from '../../../../subgraphs/circulation/rules/free-places.ts';
import { inWords, inWordsCapitalized } from '../../../../subgraphs/circulation/rules/limits.ts';
import { countQuota } from '../../../../subgraphs/circulation/rules/loan-quota.ts';
import { problemOf } from '../../../../subgraphs/circulation/rules/problems.ts';
import { hasNothingToGain, renewalsLeft } from '../../../../subgraphs/circulation/rules/renewals.ts';

const rows = (count: number) => Array.from({ length: count }, () => ({ reference: null, titleNumber: 'B1' }));
const place = (operationId: string) => ({ operationId, libraryCardNumber: '21852000000017', subject: '' });
const none: Places = { unsettled: [], doneSince: [] };

describe('with a quota of twelve, while circulation lends ten on a card', () => {
  const limit = 12;

  test('the eleventh item has room in the quota, also after the card that holds ten has refused it', () => {
    expect(noLoanPlace(rows(10), none, limit)).toBeNull();
    expect(problemOfFullCard(rows(10), none, limit)).toBe('CARD_LIMIT_REACHED');
    expect(noLoanPlace(rows(10), none, limit)).toBeNull();
  });

  test('the thirteenth is a full quota on any card', () => {
    expect(noLoanPlace(rows(12), none, limit)).toBe('QUOTA_REACHED');
    expect(problemOfFullCard(rows(12), none, limit)).toBe('QUOTA_REACHED');
  });

  test('a full card says neither while another check-out is unsettled, or was done after the reading', () => {
    expect(problemOfFullCard(rows(11), { ...none, unsettled: [place('x')] }, limit)).toBe('PLACE_PENDING');
    expect(problemOfFullCard(rows(11), { ...none, doneSince: [place('x')] }, limit)).toBe('PLACE_PENDING');
  });

  test('the quota shows its limit', () => {
    expect(countQuota(new Map(), none, '', limit)).toMatchObject({ limit: 12, remaining: 12 });
  });
});

test('R9: with a quota of ten a card that holds ten is a full quota', () => {
  expect(problemOfFullCard(rows(10), none)).toBe('QUOTA_REACHED');
});

test('R25: holds have a limit of their own', () => {
  expect(noFurtherHold(rows(10), none)).toBe('HOLD_LIMIT_REACHED');
  expect(noFurtherHold(rows(10), none, 11)).toBeNull();
  expect(noHoldPlace(rows(10), none, 'B2', 11)).toBeNull();
});

test('R23: a renewal gains from the day on which it moves the due date, and a loan without renewals is not judged', () => {
  const loan = { dueOn: '2026-12-09', renewals: 0 };
  expect(hasNothingToGain(loan, '2026-11-25')).toBe(true);
  expect(hasNothingToGain(loan, '2026-11-26')).toBe(false);
  expect(hasNothingToGain({ ...loan, renewals: 5 }, '2026-11-25')).toBe(false);
  expect(renewalsLeft(loan, 3)).toBe(3);
});

test('a limit is written in words up to twelve, and in figures above', () => {
  expect([5, 10, 12, 13].map((count) => inWords(count))).toEqual(['five', 'ten', 'twelve', '13']);
  expect(inWordsCapitalized(10)).toBe('Ten');
});

test('messages state the limits', () => {
  expect(problemOf('QUOTA_REACHED').message.en).toMatch(/^Ten items are out/);
  expect(problemOf('HOLD_LIMIT_REACHED').message.en).toMatch(/^Ten titles are reserved/);
  expect(problemOf('NO_RENEWALS_LEFT').message.en).toContain('renewed five times');
});
