/** Problems that are stored in the journal, also by earlier releases. */
import { expect, test } from 'vitest';
import type { Json, Operation } from '../../../../store/journal/port.ts';
import {
  lendingResultOf,
  problemsOf,
  toStoredResult,
} from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { problemOf } from '../../../../subgraphs/circulation/rules/problems.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';

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

test('a row of circulation from before messages were stored has the code alone, and is told in both languages', () => {
  const operation = refusedWith({ problem: 'PIN_LOCKED', mayRetryAt: '2026-11-25T10:00:00+08:00' });
  expect(lendingResultOf(operation).problem).toBe('PIN_LOCKED');
  expect(problemsOf(operation)).toEqual([problemOf('PIN_LOCKED', '2026-11-25T10:00:00+08:00')]);
});

test('a row of today has the problem whole, so that any subgraph can tell it', () => {
  const operation = refusedWith(toStoredResult({ problem: 'QUOTA_REACHED', patronId: 'P0000001' }));
  expect(lendingResultOf(operation)).toEqual({ problem: 'QUOTA_REACHED', patronId: 'P0000001' });
  const { mayRetryAt: _, ...told } = problemOf('QUOTA_REACHED');
  expect(storedProblemsOf(operation)).toEqual([told]);
});

test('an operation that was not refused has no problem', () => {
  const done = { ...refusedWith({ patronId: 'P0000001' }), state: 'DONE' as const };
  expect(problemsOf(done)).toEqual([]);
  expect(storedProblemsOf(done)).toEqual([]);
});
