import { describe, expect, test } from 'vitest';
import type { Places } from '../../../../store/journal/port.ts';
import {
  noFurtherHold,
  noHoldPlace,
  noLoanPlace,
  problemOfFullCard,
} from '../../../../subgraphs/circulation/rules/free-places.ts';
import { inWords } from '../../../../subgraphs/circulation/rules/limits.ts';
import { countQuota } from '../../../../subgraphs/circulation/rules/loan-quota.ts';
import { problemOf } from '../../../../subgraphs/circulation/rules/problems.ts';
import { hasNothingToGain, renewalsLeft } from '../../../../subgraphs/circulation/rules/renewals.ts';

const libraryCardNumber = '21852000000017';
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    reference: null,
    libraryCardNumber,
    titleNumber: 'B1',
    itemNumber: `item ${index}`,
  }));
const place = (operationId: string) => ({ operationId, libraryCardNumber: '21852000000017', subject: '' });
const none: Places = { unsettled: [], doneSince: [], uncertain: [] };

describe('with a quota of twelve, while circulation lends ten on a card', () => {
  const limit = 12;

  test('the eleventh item has room in the quota, also after the card that holds ten has refused it', () => {
    expect(noLoanPlace(rows(10), none, null, limit)).toBeNull();
    expect(problemOfFullCard(rows(10), none, limit)).toBe('CARD_LIMIT_REACHED');
    expect(noLoanPlace(rows(10), none, null, limit)).toBeNull();
  });

  test('the thirteenth is a full quota on any card', () => {
    expect(noLoanPlace(rows(12), none, null, limit)).toBe('QUOTA_REACHED');
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
  const wanted = { libraryCardNumber, titleNumber: 'B2' };
  expect(noFurtherHold(rows(10), none, wanted)).toBe('HOLD_LIMIT_REACHED');
  expect(noFurtherHold(rows(10), none, wanted, 11)).toBeNull();
  expect(noHoldPlace(rows(10), none, wanted, 11)).toBeNull();
});

describe('the place of a check-out that was sent and refused', () => {
  const refusedFor = (...items: readonly string[]): Places => ({
    ...none,
    uncertain: items.map((subject, index) => ({
      operationId: `refused ${index}`,
      libraryCardNumber,
      subject,
    })),
  });

  test('R9: counts, because its request may be delivered again', () => {
    expect(noLoanPlace(rows(9), refusedFor('item x'), 'item y')).toBe('PLACE_PENDING');
    expect(noLoanPlace(rows(8), refusedFor('item x'), 'item y')).toBeNull();
    expect(noLoanPlace(rows(8), refusedFor('item x', 'item z'), 'item y')).toBe('PLACE_PENDING');
  });

  test('is the place of the same item that is tried again', () => {
    expect(noLoanPlace(rows(9), refusedFor('item x', 'item x'), 'item x')).toBeNull();
    expect(noLoanPlace(rows(8), refusedFor('item x', 'item x'), 'item y')).toBeNull();
    const triedAgain = [{ operationId: 'again', libraryCardNumber, subject: 'item x' }];
    expect(noLoanPlace(rows(8), { ...refusedFor('item x'), unsettled: triedAgain }, 'item y')).toBeNull();
    // The item was lent after all: item 0 is among the loans.
    expect(noLoanPlace(rows(9), refusedFor('item 0'), 'item y')).toBeNull();
  });

  test('is pending in the quota', () => {
    const byCard = new Map([[libraryCardNumber, []]]);
    expect(countQuota(byCard, refusedFor('item x', 'item x'), '')).toMatchObject({
      pending: 1,
      remaining: 9,
    });
  });

  test('R25: of a hold counts too, and keeps its title from another card', () => {
    const places = refusedFor('B2');
    const onCard = { libraryCardNumber, titleNumber: 'B2' };
    expect(noHoldPlace(rows(9), places, { ...onCard, titleNumber: 'B3' })).toBe('PLACE_PENDING');
    expect(noHoldPlace(rows(9), places, onCard)).toBeNull();
    const onAnother = { ...onCard, libraryCardNumber: '21852000000025' };
    expect(noHoldPlace(rows(0), places, onAnother)).toBe('PLACE_PENDING');
  });
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
});

test('messages state the limits', () => {
  expect(problemOf('QUOTA_REACHED').message.en).toMatch(/^You have ten items out/);
  expect(problemOf('HOLD_LIMIT_REACHED').message.en).toMatch(/^You have reserved ten titles/);
  expect(problemOf('NO_RENEWALS_LEFT').message.en).toContain('renewed five times');
});
