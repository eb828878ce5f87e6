import { expect, test } from 'vitest';
import {
  type VerificationFacts,
  verificationOf,
} from '../../../../../subgraphs/credentials/rules/cards/verification.ts';
import { card, smartId } from './cases.ts';

const right: VerificationFacts = {
  lockedUntil: null,
  card: card(),
  pinVerified: true,
  patronStatus: 'ACTIVE',
};
const wrong = { verified: false, problem: 'WRONG_NUMBER_OR_PIN', mayRetryAt: null };

test('R28: number and PIN of a card in use, and an active patron', () => {
  expect(verificationOf(right)).toEqual({ verified: true });
  expect(verificationOf({ ...right, card: smartId() })).toEqual({ verified: true });
});

test.each([
  ['an unknown number', { card: null, pinVerified: false, patronStatus: null }],
  ['a wrong PIN', { pinVerified: false }],
  ['a lost card', { card: card({ state: 'LOST' }) }],
  ['a surrendered card', { card: card({ state: 'SURRENDERED' }) }],
  ['an ended card', { card: card({ state: 'CLOSED' }) }],
] as const)('R28: %s gives the one answer, whoever the patron is', (_, changes) => {
  expect(verificationOf({ ...right, ...changes })).toEqual(wrong);
  expect(verificationOf({ ...right, ...changes, patronStatus: 'SUSPENDED' })).toEqual(wrong);
});

test.each(['SUSPENDED', 'CLOSED', null] as const)('R15, R28: a patron who is %s', (patronStatus) => {
  expect(verificationOf({ ...right, patronStatus })).toEqual({
    verified: false,
    problem: 'NOT_IN_GOOD_STANDING',
    mayRetryAt: null,
  });
});

test.each([
  ['unknown', { card: null, pinVerified: false, patronStatus: null }],
  ['right', {}],
] as const)('R28: a lock is told alike, though the number is %s', (_, changes) => {
  const lockedUntil = '2026-11-24T10:15:00+08:00';
  expect(verificationOf({ ...right, ...changes, lockedUntil })).toEqual({
    verified: false,
    problem: 'PIN_LOCKED',
    mayRetryAt: lockedUntil,
  });
});
