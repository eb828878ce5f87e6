/**
 * The computations of the staff's views: the kind of a search, applications that belong together, the age of overdue
 * loans.
 */
import type { Graph } from '@patron-graph/kit';
import { expect, test } from 'vitest';
import { groupBySameDocument } from '../../../apps/staff/src/applications/same-document.ts';
import {
  approveEach,
  maxRejectedTogether,
  rejectTogether,
} from '../../../apps/staff/src/applications/together/approve-or-reject.ts';
import { batchesOf } from '../../../apps/staff/src/applications/together/decide-batches.ts';
import { daysBetween } from '../../../apps/staff/src/circulation/days-between.ts';
import { readWanted } from '../../../apps/staff/src/find/search-text.ts';
import { shortName } from '../../../apps/staff/src/returns/short-name.ts';
import { otherBranches, overdueAges } from '../../../apps/staff/src/today/figures.ts';

test.each([
  ['21852000000033', { kind: 'card', libraryCardNumber: '21852000000033' }],
  ['2185 2000 0000 33', { kind: 'card', libraryCardNumber: '21852000000033' }],
  ['２１８５２０００００００３３', { kind: 'card', libraryCardNumber: '21852000000033' }],
  ['p0000001', { kind: 'patron', id: 'P0000001' }],
  ['2111 3333', { kind: 'telephone', telephone: '21113333' }],
  ['2111-3333', { kind: 'telephone', telephone: '21113333' }],
  ['wong', { kind: 'name', name: 'wong', code: null }],
  ['黃', { kind: 'name', name: '黃', code: null }],
  ['Margaret', { kind: 'name', name: 'Margaret', code: 'MARGARET' }],
])('%s is searched for by its kind', (text, wanted) => {
  expect(readWanted(text)).toEqual(wanted);
});

test.each(['', '  ', 'w', '2185200', '218520000000331', 'P00'])('"%s" is not searched for yet', (text) => {
  expect(readWanted(text)).toBeNull();
});

test('applications of one document follow the first of them, and the others keep their order', () => {
  const together = { open: [{ id: 'A1' }, { id: 'A3' }] };
  const rows = [
    { id: 'A1', sameDocument: together },
    { id: 'A2', sameDocument: null },
    { id: 'A3', sameDocument: together },
    { id: 'A4', sameDocument: { open: [{ id: 'A4' }] } },
  ];
  expect(groupBySameDocument(rows.map((node) => ({ node }))).map(({ node }) => node.id)).toEqual([
    'A1',
    'A3',
    'A2',
    'A4',
  ]);
});

test('days overdue are counted in days of Hong Kong', () => {
  expect(daysBetween('2026-11-20', '2026-11-24T00:30:00+08:00')).toBe(4);
  expect(daysBetween('2026-11-20', '2026-11-23T16:30:00Z')).toBe(4);
});

const counts = {
  loansOut: 68,
  overdue: 20,
  overdueWeek: 12,
  overdueMonth: 6,
  overdueQuarter: 2,
  holdsReady: 3,
  holdsQueued: 0,
  asOf: null,
};

test('ages are the differences of the library’s counts, and there are none when a count is missing', () => {
  expect(overdueAges(counts)).toEqual({ upToWeek: 8, upToMonth: 6, upToQuarter: 4, longer: 2 });
  expect(overdueAges({ ...counts, overdueMonth: null })).toBeNull();
  expect(overdueAges(null)).toBeNull();
});

test('what the listed branches lack is at other branches', () => {
  const branch = { code: 'HKCL', name: '', loansOut: 14, overdue: 20, holdsReady: 1, holdsQueued: 0 };
  expect(otherBranches([branch], counts)).toEqual({
    loansOut: 54,
    overdue: 0,
    holdsReady: 2,
    holdsQueued: 0,
  });
  expect(
    otherBranches([branch, { ...branch, ...counts }], {
      ...counts,
      loansOut: 82,
      overdue: 40,
      holdsReady: 4,
    }),
  ).toBeNull();
  expect(otherBranches([{ ...branch, loansOut: null }], null)).toBeNull();
});

test('an unsettled approval does not hold up the next ones', async () => {
  const answers: Record<string, string[]> = {
    A1: ['UNSETTLED', 'DONE'],
    A2: ['DONE'],
    A3: ['REFUSED'],
  };
  const asked: string[] = [];
  const graph = {
    ask: async (_: unknown, { input }: { input: { applicationId: string } }) => {
      asked.push(input.applicationId);
      const state = answers[input.applicationId]?.shift();
      const problems = state === 'REFUSED' ? [{ message: 'Proof of address was not shown.' }] : [];
      return { data: { approveApplication: { operation: { state }, problems } }, missing: [] };
    },
  } as unknown as Graph;
  const told: string[] = [];
  await approveEach(
    graph,
    batchesOf(['A1', 'A2', 'A3'], 1),
    (_, decided) =>
      told.push(...decided.map(([id, { state, problems }]) => [id, state, ...problems].join(' '))),
    new AbortController().signal,
  );
  expect(asked).toEqual(['A1', 'A2', 'A3', 'A1']);
  expect(told).toEqual([
    'A1 sending',
    'A1 unsettled',
    'A2 sending',
    'A2 done',
    'A3 sending',
    'A3 refused Proof of address was not shown.',
    'A1 done',
  ]);
});

test('many are rejected in batches and in order, and an unsettled batch does not hold up the next', async () => {
  const ids = Array.from({ length: 101 }, (_, index) => `A${index}`);
  const batches = batchesOf(ids, maxRejectedTogether);
  expect(batches.map(({ applicationIds }) => applicationIds.length)).toEqual([50, 50, 1]);
  expect(batches.flatMap(({ applicationIds }) => applicationIds)).toEqual(ids);
  const asked: string[] = [];
  const graph = {
    ask: async (_: unknown, { input }: { input: { reference: string; applicationIds: string[] } }) => {
      const isFirstTime = !asked.includes(input.reference);
      asked.push(input.reference);
      const isUnsettled = isFirstTime && input.applicationIds.includes('A0');
      const outcomes = input.applicationIds.map((applicationId) => ({
        applicationId,
        state: applicationId === 'A100' ? 'REFUSED' : 'DONE',
        problems: applicationId === 'A100' ? [{ message: 'It is decided.' }] : [],
      }));
      const operation = { code: '7K2M9QXR', state: isUnsettled ? 'UNSETTLED' : 'DONE' };
      const payload = { operation, outcomes: isUnsettled ? [] : outcomes, problems: [] };
      return { data: { rejectApplications: payload }, missing: [] };
    },
  } as unknown as Graph;
  const told: string[] = [];
  await rejectTogether('They were sent by a program.')(
    graph,
    batches,
    (_, decided) =>
      told.push(
        decided
          .slice(0, 1)
          .map(([id, { state }]) => `${id} ${state}`)
          .join(),
      ),
    new AbortController().signal,
  );
  const [first, second, third] = batches.map(({ reference }) => reference);
  expect(asked).toEqual([first, second, third, first]);
  expect(told).toEqual([
    'A0 sending',
    'A0 unsettled',
    'A50 sending',
    'A50 done',
    'A100 sending',
    'A100 refused',
    'A0 done',
  ]);
});

test.each([
  ['WONG, KA YAN', null, 'WONG K.Y.'],
  ['CHAN, TAI', '陳大', 'CHAN T.'],
  ['Madonna', null, 'Madonna'],
  [null, '黃家欣', '黃家欣'],
  [null, null, null],
])('the name %s, %s is %s on a hold shelf', (english, chinese, short) => {
  expect(shortName({ english, chinese })).toBe(short);
});
