import { describe, expect, test } from 'vitest';
import type { BookChange, Effect, History, JournalEntry } from '../history.ts';
import { check, type Property } from './index.ts';

/** Histories by hand, each with one thing in it that must never be: the checker has to see it, and nothing else. */
const sound: History = {
  ...{ changes: [], effects: [], journal: [], asked: [], quotas: [], finalQuotas: [] },
  ...{ failedLooks: new Map(), disruptions: [], unattended: [], alarms: [] },
  ...{ settlingMs: 10_000, isFaultless: false },
};

const broken = (history: Partial<History>): readonly Property[] =>
  check({ ...sound, ...history }).map(({ property }) => property);

/** A check-out of ours that is done: requested at `at`, given its place 10 ms later, done after 20 and settled after 30. */
const checkOut = (id: string, at: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{
    id,
    caller: 'subject station',
    reference: `ref-${id}`,
    kind: 'CHECK_OUT',
    state: 'DONE',
    problem: null,
  },
  ...{ requestedAt: at, settledAt: at + 30, sendBy: at + 2_010, patronId: 'P1' },
  place: { kind: 'LOAN', reservedAt: at + 10 },
  ...more,
});

const begun = (id: string, at: number, more: Partial<BookChange> = {}): BookChange => ({
  ...{
    change: 'BEGUN',
    at,
    kind: 'LOAN',
    id: `L-${id}`,
    patronId: 'P1',
    subject: `item ${id}`,
    reference: id,
  },
  ...more,
});
const ended = (id: string, at: number): BookChange => begun(id, at, { change: 'ENDED' });
const atDesk = (id: string, at: number): BookChange => begun(id, at, { reference: null });
const out = (reference: string): Effect => ({ event: 'OUT', reference });

/** So many check-outs of ours, one after the other, each done before the next is requested. */
function lent(count: number): Pick<History, 'changes' | 'effects' | 'journal'> {
  const ids = Array.from({ length: count }, (_, index) => `op-${index + 1}`);
  return {
    changes: ids.map((id, index) => begun(id, index * 100 + 20)),
    effects: ids.map(out),
    journal: ids.map((id, index) => checkOut(id, index * 100)),
  };
}

test('nothing, and ten loans, break nothing', () => {
  expect(broken({})).toEqual([]);
  expect(broken(lent(10))).toEqual([]);
});

describe('never more than ten', () => {
  test('an eleventh is one too many', () => {
    expect(broken(lent(11))).toEqual(['never more than ten']);
  });

  test('one that was returned before makes room', () => {
    const { changes, ...rest } = lent(11);
    expect(
      broken({ ...rest, changes: [...changes.slice(0, 10), ended('op-1', 950), ...changes.slice(10)] }),
    ).toEqual([]);
  });

  test('what a desk lent before the operation was requested counts, and after that it does not', () => {
    const { changes, ...rest } = lent(10);
    const lentWith = (desk: BookChange) =>
      broken({ ...rest, changes: [...changes.slice(0, 9), desk, ...changes.slice(9)] });
    expect(lentWith(atDesk('desk', 890))).toEqual(['never more than ten']);
    expect(lentWith(atDesk('desk', 905))).toEqual([]);
  });

  describe('with a desk between two that read', () => {
    const { changes, effects, journal } = lent(8);
    const early = checkOut('early', 1_000, { place: { kind: 'LOAN', reservedAt: 1_050 } });
    const late = checkOut('late', 1_020, { place: { kind: 'LOAN', reservedAt: 1_040 } });
    const both = { effects: [...effects, out('early'), out('late')], journal: [...journal, early, late] };
    const desk = atDesk('desk', 1_010);

    test('who saw what the desk lent is overrun by who did not', () => {
      const made = [...changes, desk, begun('early', 1_060), begun('late', 1_070)];
      expect(broken({ ...both, changes: made })).toEqual(['never more than ten']);
    });

    test('who did not see it is excused', () => {
      const made = [...changes, desk, begun('late', 1_060), begun('early', 1_070)];
      expect(broken({ ...both, changes: made })).toEqual([]);
    });

    test('who was given a place last saw it for all', () => {
      const last = { ...late, place: { kind: 'LOAN', reservedAt: 1_060 } } as const;
      const made = [...changes, desk, begun('late', 1_070), begun('early', 1_080)];
      expect(broken({ ...both, journal: [...journal, early, last], changes: made })).toEqual([
        'never more than ten',
      ]);
    });
  });

  test('another patron’s are another’s', () => {
    const { changes, ...rest } = lent(11);
    const others = changes.map((change) => (change.id === 'L-op-3' ? { ...change, patronId: 'P2' } : change));
    expect(broken({ ...rest, changes: others })).toEqual([]);
  });
});

describe('holds', () => {
  const placeHold = (id: string, at: number) =>
    checkOut(id, at, { kind: 'PLACE_HOLD', place: { kind: 'HOLD', reservedAt: at + 10 } });
  const held = (id: string, at: number, subject: string) => begun(id, at, { kind: 'HOLD', subject });
  const placed = (reference: string): Effect => ({ event: 'HLD', reference });

  test('a title twice is once too often', () => {
    const history = {
      journal: [placeHold('a', 0), placeHold('b', 100)],
      effects: [placed('a'), placed('b')],
      changes: [held('a', 20, 'T'), held('b', 120, 'T')],
    };
    expect(broken(history)).toEqual(['a title once']);
    expect(broken({ ...history, changes: [held('a', 20, 'T'), held('b', 120, 'other')] })).toEqual([]);
  });

  test('one that moves is there twice for a moment', () => {
    const moving = { ...placeHold('b', 100), kind: 'MOVE_HOLD' };
    const history = {
      journal: [placeHold('a', 0), moving],
      effects: [placed('a'), placed('b'), { event: 'UNH', reference: 'b' }] as const,
      changes: [
        held('a', 20, 'T'),
        held('b', 120, 'T'),
        { ...held('a', 130, 'T'), change: 'ENDED' },
      ] as const,
    };
    expect(broken(history)).toEqual([]);
  });

  test('an eleventh is one too many', () => {
    const ids = Array.from({ length: 11 }, (_, index) => `h-${index}`);
    const history = {
      journal: ids.map((id, index) => placeHold(id, index * 100)),
      effects: ids.map(placed),
      changes: ids.map((id, index) => held(id, index * 100 + 20, `T-${id}`)),
    };
    expect(broken(history)).toEqual(['never more than ten']);
  });
});

describe('one effect or none', () => {
  const one = { changes: [begun('a', 20)], journal: [checkOut('a', 0)] };

  test.each<[string, Partial<History>]>([
    ['done twice', { ...one, effects: [out('a'), out('a')] }],
    ['DONE, and not done', { journal: [checkOut('a', 0)] }],
    ['REFUSED, and done', { ...one, journal: [checkOut('a', 0, { state: 'REFUSED' })], effects: [out('a')] }],
    ['something else was done', { journal: [checkOut('a', 0)], effects: [{ event: 'IN', reference: 'a' }] }],
    ['nobody asked for it', { effects: [out('nobody')] }],
  ])('%s', (_name, history) => {
    expect(broken(history)).toEqual(['one effect or none']);
  });
});

describe('one word', () => {
  const told = (...states: (History['journal'][number]['state'] | null)[]) => [
    {
      ...{ reference: 'ref-a', kind: 'CHECK_OUT', caller: 'subject station', begunAt: 0 },
      answers: states.map((state, index) => ({ at: index, replica: index, state, problem: null })),
    },
  ];
  const one = { changes: [begun('a', 20)], journal: [checkOut('a', 0)], effects: [out('a')] };

  test('unsettled first, then done, and done again, is one word', () => {
    expect(broken({ ...one, asked: told(null, 'UNSETTLED', 'DONE', 'DONE') })).toEqual([]);
  });

  test.each<[string, ReturnType<typeof told>]>([
    ['the journal says otherwise', told('REFUSED')],
    ['it is taken back', told('DONE', 'UNSETTLED')],
  ])('%s', (_name, asked) => {
    expect(broken({ ...one, asked })).toEqual(['one word']);
  });

  test('what was told and is not in the journal was no word', () => {
    expect(broken({ asked: told('UNSETTLED') })).toEqual(['one word']);
    expect(broken({ asked: told(null) })).toEqual([]);
  });
});

describe('settled in time', () => {
  const settled = (afterMs: number) => ({
    changes: [begun('a', 20)],
    effects: [out('a')],
    journal: [checkOut('a', 0, { settledAt: 2_010 + 10_000 + afterMs })],
  });

  test('not at all', () => {
    expect(broken({ journal: [checkOut('a', 0, { state: 'UNSETTLED', settledAt: null })] })).toEqual([
      'settled in time',
    ]);
  });

  test('too late, unless looks failed, a replica ended, or none was there', () => {
    expect(broken(settled(9_000))).toEqual([]);
    expect(broken(settled(11_000))).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), failedLooks: new Map([['a', 1]]) })).toEqual([]);
    expect(broken({ ...settled(26_000), failedLooks: new Map([['a', 1]]) })).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 5_000, until: 5_001 }] })).toEqual([]);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 50_000, until: 50_001 }] })).toEqual([
      'settled in time',
    ]);
    expect(broken({ ...settled(11_000), unattended: [{ from: 5_000, until: 7_000 }] })).toEqual([]);
  });
});

describe('what is told of the quota', () => {
  const quota = { patronId: 'P1', from: 1_100, until: 1_200 };
  const refused = (problem: JournalEntry['problem'], at = 1_100) =>
    checkOut('refused', at, { state: 'REFUSED', problem, place: null, sendBy: null });

  test('places that are pending in the end, and loans that are not told, are stranded', () => {
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 2, pending: 0 }] })).toEqual([]);
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 2, pending: 1 }] })).toEqual([
      'no place stranded',
    ]);
    expect(broken({ ...lent(2), finalQuotas: [{ ...quota, used: 1, pending: 0 }] })).toEqual([
      'no place stranded',
    ]);
  });

  test('QUOTA_REACHED needs a moment with ten', () => {
    const { changes, effects, journal } = lent(10);
    const full = { changes, effects, journal: [...journal, refused('QUOTA_REACHED')] };
    expect(broken(full)).toEqual([]);
    expect(broken({ ...full, changes: [...changes, ended('op-1', 1_050)] })).toEqual(['limits told truly']);
    expect(broken({ ...full, changes: [...changes, ended('op-1', 1_110)] })).toEqual([]);
  });

  test('a place that is pending counts, and together with its own loan once', () => {
    const { changes, effects, journal } = lent(9);
    const pending = checkOut('pending', 1_000, { state: 'REFUSED', settledAt: 1_500 });
    expect(broken({ changes, effects, journal: [...journal, pending, refused('QUOTA_REACHED')] })).toEqual(
      [],
    );
    const slow = [...journal.slice(0, 8), checkOut('op-9', 800, { settledAt: 1_500 })];
    expect(broken({ changes, effects, journal: [...slow, refused('QUOTA_REACHED')] })).toEqual([
      'limits told truly',
    ]);
  });

  test('less used and pending than there were all the while is a place promised twice', () => {
    expect(broken({ ...lent(3), quotas: [{ ...quota, used: 3, pending: 0 }] })).toEqual([]);
    expect(broken({ ...lent(3), quotas: [{ ...quota, used: 2, pending: 0 }] })).toEqual([
      'remaining told truly',
    ]);
    expect(broken({ ...lent(3), quotas: [{ ...quota, from: 210, used: 2, pending: 0 }] })).toEqual([]);
  });

  test('a place that was not settled for long is told as pending', () => {
    const { changes, effects, journal } = lent(3);
    const unsure = checkOut('unsure', 500, { state: 'REFUSED', settledAt: 12_000 });
    const told = (pending: number) => [{ patronId: 'P1', from: 8_000, until: 8_100, used: 3, pending }];
    const history = { changes, effects, journal: [...journal, unsure] };
    expect(broken({ ...history, quotas: told(1) })).toEqual([]);
    expect(broken({ ...history, quotas: told(0) })).toEqual(['remaining told truly']);
  });

  test('where nothing fails, who has room is given it', () => {
    const { changes, effects, journal } = lent(3);
    const denied = { changes, effects, journal: [...journal, refused('PLACE_PENDING')], isFaultless: true };
    expect(broken(denied)).toEqual(['room is given']);
    expect(broken({ ...denied, isFaultless: false })).toEqual([]);
    expect(broken({ ...denied, journal: [...journal, refused('ITEM_NOT_AVAILABLE')] })).toEqual([]);
    expect(
      broken({ ...lent(10), journal: [...lent(10).journal, refused('PLACE_PENDING')], isFaultless: true }),
    ).toEqual([]);
  });
});

test('an alarm is one', () => {
  expect(broken({ alarms: ['a'] })).toEqual(['no alarm']);
});
