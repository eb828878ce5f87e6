import { describe, expect, test } from 'vitest';
import type { EndedLife, Merge, RecordChange } from '../../history.ts';
import { begun, broken, checkOut, ended, lent, out } from '../example-histories.ts';

/** P2 is merged into P1 after the ninth check-out of `lent`, and closed long after. */
const merge: Merge = { leavingId: 'P2', stayingId: 'P1', mergedAt: 850, closedAt: 5_000 };

/** A patron's check-outs, of which those with a number in `ofLeaving` are on a card of P2. */
function lentOfBoth(count: number, ofLeaving: readonly number[]) {
  const { changes, effects, journal } = lent(count);
  const isLeaving = (id: string) => ofLeaving.some((number) => id.endsWith(`op-${number}`));
  const theirs = <One extends { readonly patronId: string | null }>(one: One, id: string) =>
    isLeaving(id) ? { ...one, patronId: 'P2' } : one;
  return {
    effects,
    changes: changes.map((change) => theirs(change, change.id)),
    journal: journal.map((operation) => theirs(operation, operation.id)),
  };
}

/** All loans of P2 are returned before the end of the merge. */
const returned = (numbers: readonly number[]): readonly RecordChange[] =>
  numbers.map((number) => ({ ...ended(`op-${number}`, 4_000), patronId: 'P2' }));

describe('the loans of two records that were merged', () => {
  const leaving = [1, 2, 3, 4, 5];
  const withReturns = (count: number, more: readonly RecordChange[] = []) => {
    const { changes, ...rest } = lentOfBoth(count, leaving);
    return { ...rest, changes: [...changes, ...more, ...returned(leaving)], merges: [merge] };
  };

  test('may be ten together, and eleven are a violation', () => {
    expect(broken(withReturns(10))).toEqual([]);
    expect(broken(withReturns(11))).toEqual(['at most ten per patron']);
    expect(broken({ ...withReturns(11), merges: [{ ...merge, mergedAt: 2_000 }] })).toEqual([]);
  });

  test('may be more if the place was reserved before the merge', () => {
    expect(broken({ ...withReturns(11), merges: [{ ...merge, mergedAt: 1_015 }] })).toEqual([]);
    expect(broken({ ...withReturns(11), merges: [{ ...merge, mergedAt: 1_005 }] })).toEqual([
      'at most ten per patron',
    ]);
  });

  test('count until they are back', () => {
    const [first, ...others] = returned(leaving);
    const { changes, ...rest } = withReturns(11);
    const early = first === undefined ? [] : [{ ...first, at: 960 }];
    const before = changes.filter(({ change, at }) => change === 'BEGUN' && at < 1_000);
    const after = changes.filter(({ change, at }) => change === 'BEGUN' && at >= 1_000);
    expect(broken({ ...rest, changes: [...before, ...early, ...after, ...others] })).toEqual([]);
  });

  test('justify a full quota and are in the quota that is reported', () => {
    const { changes, journal, ...rest } = withReturns(10);
    const full = checkOut('full', 7_000, {
      state: 'REFUSED',
      problem: 'QUOTA_REACHED',
      place: null,
      sendBy: null,
    });
    const all = {
      ...rest,
      changes: changes.filter(({ change }) => change === 'BEGUN'),
      journal: [...journal, full],
    };
    const open = { merges: [{ ...merge, closedAt: null }] };
    const quota = { from: 6_990, until: 7_000, pending: 0 };
    expect(broken({ ...all, ...open, quotas: [{ ...quota, patronId: 'P1', used: 10 }] })).toEqual([]);
    expect(broken({ ...all, ...open, quotas: [{ ...quota, patronId: 'P2', used: 10 }] })).toEqual([]);
    expect(broken({ ...all, ...open, quotas: [{ ...quota, patronId: 'P1', used: 5 }] })).toEqual([
      'reported quotas are true',
    ]);
    expect(broken({ ...all, merges: [] })).toEqual(['limit refusals are justified']);
  });
});

describe('the record that leaves', () => {
  const lends = (reservedAt: number) => ({
    journal: [checkOut('a', 100, { patronId: 'P2', place: { kind: 'LOAN', subject: 'item a', reservedAt } })],
    changes: [begun('a', 900, { patronId: 'P2' }), { ...ended('a', 950), patronId: 'P2' }],
    effects: [out('a')],
    merges: [merge],
  });

  test('lends nothing for which the place was reserved after the merge', () => {
    expect(broken(lends(840))).toEqual([]);
    expect(broken(lends(860))).toEqual(['nothing lent on a merged record']);
  });

  test('has nothing out when it is closed', () => {
    const closedEarly = { merges: [{ ...merge, closedAt: 940 }] };
    expect(broken({ ...lends(840), ...closedEarly })).toEqual(['nothing out on a closed record']);
  });

  test('has nothing out when the record that stays is closed', () => {
    const closing = (settledAt: number) =>
      checkOut('closing', 930, { kind: 'CLOSE_PATRON', place: null, sendBy: null, settledAt });
    const closed = (settledAt: number) => {
      const { journal, ...rest } = lends(840);
      return { ...rest, journal: [...journal, closing(settledAt)] };
    };
    expect(broken(closed(960))).toEqual([]);
    expect(broken(closed(940))).toEqual(['nothing out on a closed record']);
  });
});

describe('at the end of a life', () => {
  const life: EndedLife = {
    leavingId: 'P2',
    stayingId: 'P1',
    openRecords: [],
    openCards: [],
    isErased: true,
    sealedRows: 3,
    openedRows: [],
  };
  const brokenBy = (more: Partial<EndedLife>, merges = [merge]) =>
    broken({ merges, lives: [{ ...life, ...more }] });

  test('both records are closed, and nothing about the person can be opened', () => {
    expect(brokenBy({})).toEqual([]);
  });

  test('an open record, a card in use, and a merge that has not ended are violations', () => {
    const property = ['a merged record is closed'];
    expect(brokenBy({ openRecords: ['P2'] })).toEqual(property);
    expect(brokenBy({ openCards: ['21852000000017'] })).toEqual(property);
    expect(brokenBy({}, [{ ...merge, closedAt: null }])).toEqual(property);
    expect(brokenBy({}, [])).toEqual(property);
  });

  test('a person who is not erased, a row that can be opened, and an audit without rows are violations', () => {
    const property = ['an erased patron is unreadable'];
    expect(brokenBy({ isErased: false })).toEqual(property);
    expect(brokenBy({ openedRows: ['change 7'] })).toEqual(property);
    expect(brokenBy({ sealedRows: 0 })).toEqual(property);
  });
});
