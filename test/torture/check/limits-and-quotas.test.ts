import { describe, expect, test } from 'vitest';
import type { History, JournalEntry, RecordChange } from '../history.ts';
import { asked, begun, broken, checkOut, ended, lent, out } from './example-histories.ts';

describe('reported limits and quotas', () => {
  const quota = { patronId: 'P1', from: 1_100, until: 1_200 };
  const refused = (problem: JournalEntry['problem'], at = 1_100) =>
    checkOut('refused', at, { state: 'REFUSED', problem, place: null, sendBy: null });

  test('a place that is pending at the end, or a loan that is not reported, is stranded', () => {
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 2, pending: 0 }] })).toEqual([]);
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 2, pending: 1 }] })).toEqual([
      'no stranded place',
    ]);
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 1, pending: 0 }] })).toEqual([
      'no stranded place',
    ]);
  });

  test('QUOTA_REACHED is justified by a moment with ten', () => {
    const { changes, effects, journal } = lent(10);
    const full = { changes, effects, journal: [...journal, refused('QUOTA_REACHED')] };
    expect(broken(full)).toEqual([]);
    expect(broken({ ...full, changes: [...changes, ended('op-1', 1_050)] })).toEqual([
      'limit refusals are justified',
    ]);
    expect(broken({ ...full, changes: [...changes, ended('op-1', 1_110)] })).toEqual([]);
  });

  test('a refused operation that holds its place justifies PLACE_PENDING, until the place is free', () => {
    const { changes, effects, journal } = lent(9);
    const held = (placeFreeAt: number | null) =>
      broken({
        changes,
        effects,
        journal: [
          ...journal,
          checkOut('held', 1_000, { state: 'REFUSED', settledAt: 1_030, placeFreeAt }),
          refused('PLACE_PENDING'),
        ],
      });
    expect(held(1_110)).toEqual([]);
    expect(held(null)).toEqual([]);
    expect(held(1_030)).toEqual(['limit refusals are justified']);
  });

  test('a pending place counts, but only once with its own loan', () => {
    const { changes, effects, journal } = lent(9);
    const pending = checkOut('pending', 1_000, { state: 'REFUSED', settledAt: 1_500 });
    expect(broken({ changes, effects, journal: [...journal, pending, refused('QUOTA_REACHED')] })).toEqual(
      [],
    );
    const slow = [...journal.slice(0, 8), checkOut('op-9', 800, { settledAt: 1_500 })];
    expect(broken({ changes, effects, journal: [...slow, refused('QUOTA_REACHED')] })).toEqual([
      'limit refusals are justified',
    ]);
  });

  test('used and pending must not be below what there was all the time', () => {
    expect(broken({ ...lent(3), quotas: [{ ...quota, used: 3, pending: 0 }] })).toEqual([]);
    expect(broken({ ...lent(3), quotas: [{ ...quota, used: 2, pending: 0 }] })).toEqual([
      'reported quotas are true',
    ]);
    expect(broken({ ...lent(3), quotas: [{ ...quota, from: 210, used: 2, pending: 0 }] })).toEqual([]);
  });

  test('a place that is unsettled for long must be reported as pending', () => {
    const { changes, effects, journal } = lent(3);
    const unsure = checkOut('unsure', 500, { state: 'REFUSED', settledAt: 12_000 });
    const told = (pending: number) => [{ patronId: 'P1', from: 8_000, until: 8_100, used: 3, pending }];
    const history = { changes, effects, journal: [...journal, unsure] };
    expect(broken({ ...history, quotas: told(1) })).toEqual([]);
    expect(broken({ ...history, quotas: told(0) })).toEqual(['reported quotas are true']);
  });

  test('reporting too much, too few loans or too many pending places is a violation', () => {
    const { changes, effects, journal } = lent(3);
    const unsure = checkOut('unsure', 1_000, { state: 'REFUSED', settledAt: 1_500 });
    const history = { changes, effects, journal: [...journal, unsure] };
    const told = (used: number, pending: number) =>
      broken({ ...history, quotas: [{ ...quota, used, pending }] });
    expect(told(3, 1)).toEqual([]);
    expect(told(3, 0)).toEqual([]);
    expect(told(4, 1)).toEqual(['reported quotas are true']);
    expect(told(2, 1)).toEqual(['reported quotas are true']);
    expect(told(3, 2)).toEqual(['reported quotas are true']);
    const other = checkOut('other', 1_150, { state: 'REFUSED', settledAt: 1_300 });
    const both = { ...history, journal: [...journal, { ...unsure, settledAt: 1_110 }, other] };
    // The two places may both be reported as pending, although they were never pending at the same time.
    expect(broken({ ...both, quotas: [{ ...quota, used: 3, pending: 2 }] })).toEqual([]);
  });

  test('PLACE_PENDING is justified by a moment with a pending place', () => {
    const { changes, effects, journal } = lent(9);
    const unsure = checkOut('unsure', 1_000, { state: 'REFUSED', settledAt: 1_500 });
    const pending = refused('PLACE_PENDING');
    expect(broken({ changes, effects, journal: [...journal, unsure, pending] })).toEqual([]);
    expect(broken({ changes, effects, journal: [...journal, pending] })).toEqual([
      'limit refusals are justified',
    ]);
    const ofHold = {
      ...unsure,
      kind: 'PLACE_HOLD',
      place: { kind: 'HOLD', subject: 'T', reservedAt: 1_010 },
    } as const;
    expect(broken({ changes, effects, journal: [...journal, ofHold, pending] })).toEqual([
      'limit refusals are justified',
    ]);
  });
});

describe('in a run without faults', () => {
  const { changes, effects, journal } = lent(3);
  const item = 'item refused';
  const place = { kind: 'LOAN', subject: item, reservedAt: 1_110 } as const;
  const refused = (problem: JournalEntry['problem'], more: Partial<JournalEntry> = {}) =>
    checkOut('refused', 1_100, { state: 'REFUSED', problem, place: null, sendBy: null, ...more });
  const sent = { place, sendBy: 3_110 };
  const run = (operation: JournalEntry, more: Partial<History> = {}) =>
    broken({
      changes,
      effects,
      journal: [...journal, operation],
      asked: [asked('refused')],
      isFaultless: true,
      ...more,
    });

  test.each<[string, JournalEntry]>([
    ['because of a system', refused('SYSTEM_UNAVAILABLE')],
    ['because of a card that was in use', refused('CREDENTIAL_NOT_ACTIVE', { patronId: null })],
    ['because of a card that exists', refused('CREDENTIAL_NOT_FOUND', { patronId: null })],
    ['because of a patron in good standing', refused('PATRON_NOT_ACTIVE')],
    ['because of an item that exists', refused('ITEM_NOT_FOUND')],
    ['because of an item that was on the shelf', refused('ITEM_NOT_AVAILABLE', sent)],
    ['because of a loan that nobody has', refused('ALREADY_LENT', { loanId: 'L-none' })],
    ['because of a system, after it was sent', refused('SYSTEM_UNAVAILABLE', sent)],
  ])('a patron with room must not be refused %s', (_name, operation) => {
    expect(run(operation)).toEqual(['no refusal with room']);
    expect(run(operation, { isFaultless: false })).toEqual([]);
  });

  test('a patron with room must not be left without an answer', () => {
    expect(broken({ changes, effects, journal, asked: [asked('gone')], isFaultless: true })).toEqual([
      'no refusal with room',
    ]);
  });

  test('one refusal in a hundred is accepted', () => {
    const many = lent(10).journal.concat(Array.from({ length: 90 }, (_, at) => checkOut(`c-${at}`, at)));
    const all = {
      changes: [],
      effects: many.map(({ id }) => out(id)),
      journal: [...many, refused('ITEM_NOT_FOUND')],
    };
    expect(run(refused('ITEM_NOT_FOUND'), all)).toEqual([]);
  });

  test('a reason that circulation’s records show is accepted', () => {
    const out = (at: number) => begun('refused', at, { id: 'L-other', patronId: 'P2', reference: null });
    const isOut = (at: number, ...later: RecordChange[]) =>
      run(refused('ITEM_NOT_AVAILABLE', sent), { changes: [...changes, out(at), ...later] });
    expect(isOut(50)).toEqual([]);
    expect(isOut(1_100)).toEqual([]);
    expect(isOut(9_000)).toEqual(['no refusal with room']);
    expect(isOut(50, { ...out(60), change: 'ENDED' })).toEqual(['no refusal with room']);
    const card = refused('CREDENTIAL_NOT_ACTIVE', { patronId: null });
    expect(run(card, { asked: [asked('refused', { wasCardInUse: false })] })).toEqual([]);
    expect(run(refused('WANTED_BY_ANOTHER', sent))).toEqual([]);
    const own = begun('own', 50, { id: 'L-own' });
    const already = refused('ALREADY_LENT', { loanId: 'L-own' });
    expect(run(already, { changes: [...changes, own] })).toEqual([]);
    expect(run(already, { changes: [...changes, { ...own, patronId: 'P2' }] })).toEqual([
      'no refusal with room',
    ]);
    expect(run(already, { changes: [...changes, own, { ...own, at: 60, change: 'ENDED' }] })).toEqual([
      'no refusal with room',
    ]);
    const full = lent(10);
    expect(
      run(refused('QUOTA_REACHED'), { ...full, journal: [...full.journal, refused('QUOTA_REACHED')] }),
    ).toEqual([]);
  });
});
