/** Problems that are stored in the journal, also by earlier releases. */
import { expect, test } from 'vitest';
import type { Json, Operation } from '../../../../store/journal/port.ts';
import {
  lendingResultOf,
  problemsOf,
  toStoredResult,
} from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { problemOf } from '../../../../subgraphs/circulation/rules/problems.ts';
import { addressees, textFor } from '../../../../subgraphs/library/message.ts';
import { problemResolvers } from '../../../../subgraphs/operations/problem.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';
import { anonymous, staff } from '../../../support/callers.ts';

const refusedWith = (result: Json): Operation => ({
  id: 'x',
  code: '00000000',
  caller: 'subject',
  reference: 'r',
  kind: 'CHECK_OUT',
  fingerprint: '',
  state: 'REFUSED',
  details: null,
  result,
  patronId: null,
  place: null,
  holdsPlace: false,
  requestedAt: new Date(0),
  settledAt: new Date(0),
  sendBy: null,
  certainAt: null,
  certainAfterMs: null,
});

test('a row from before there was a second language is told in English', () => {
  const problems = [{ code: 'NOT_FOUND', message: 'Nothing has this number.', field: ['patronId'] }];
  expect(storedProblemsOf(refusedWith({ problems }))).toEqual([
    {
      ...problems[0],
      message: { en: 'Nothing has this number.', 'zh-Hant': 'Nothing has this number.' },
    },
  ]);
});

test('a row of release 0.2 has one message for everyone', () => {
  const message = { en: 'Nothing has this number.', 'zh-Hant': '沒有此號碼的紀錄。' };
  const [problem] = storedProblemsOf(
    refusedWith({ problems: [{ code: 'NOT_FOUND', message, field: null }] }),
  );
  expect(addressees.map((addressee) => problem && textFor(problem.message, addressee))).toEqual([
    message,
    message,
    message,
  ]);
});

test('a row of circulation from before messages were stored has the code alone, and is told in both languages', () => {
  const operation = refusedWith({ problem: 'PIN_LOCKED', mayRetryAt: '2026-11-25T10:00:00+08:00' });
  expect(lendingResultOf(operation).problem).toBe('PIN_LOCKED');
  expect(problemsOf(operation)).toEqual([
    problemOf('PIN_LOCKED', { mayRetryAt: '2026-11-25T10:00:00+08:00' }),
  ]);
});

test('a row of today has the problem whole, so that any subgraph can tell it', () => {
  const stored = { problem: 'QUOTA_REACHED', patronId: 'P0000001', count: 13 } as const;
  const operation = refusedWith(toStoredResult(stored));
  expect(lendingResultOf(operation)).toEqual(stored);
  const { mayRetryAt: _at, count: _count, ...told } = problemOf('QUOTA_REACHED', { count: 13 });
  expect(storedProblemsOf(operation)).toEqual([told]);
});

test('an operation that was not refused has no problem', () => {
  const done = { ...refusedWith({ patronId: 'P0000001' }), state: 'DONE' as const };
  expect(problemsOf(done)).toEqual([]);
  expect(storedProblemsOf(done)).toEqual([]);
});

test.each([
  ['the reader', anonymous, /^You have 13 items/],
  ['a station', { ...anonymous, scopes: new Set(['station']) }, /^You have 13 items/],
  ['staff, who looked the operation up', staff, /^The patron has 13 items/],
  [
    'staff who are patrons, too',
    { ...staff, patronId: 'P0000001', scopes: new Set(['station', 'circulation:read']) },
    /^The patron has 13 items/,
  ],
])('the same row addresses %s', (_, caller, message) => {
  const [problem] = problemsOf(refusedWith(toStoredResult({ problem: 'QUOTA_REACHED', count: 13 })));
  expect(problem && problemResolvers.message(problem, {}, { caller })).toMatch(message);
});
