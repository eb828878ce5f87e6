import { describe, expect, test } from 'vitest';
import type { BookChange, Effect, History } from '../history.ts';
import { asked, atDesk, begun, broken, checkOut, ended, lent, out, sound } from './example-histories.ts';
import { lateDeliveries, overrunDelays } from './late-deliveries.ts';

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
    const early = checkOut('early', 1_000, {
      place: { kind: 'LOAN', subject: 'item early', reservedAt: 1_050 },
    });
    const late = checkOut('late', 1_020, {
      place: { kind: 'LOAN', subject: 'item late', reservedAt: 1_040 },
    });
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
      const last = { ...late, place: { kind: 'LOAN', subject: 'item late', reservedAt: 1_060 } } as const;
      const made = [...changes, desk, begun('late', 1_070), begun('early', 1_080)];
      expect(broken({ ...both, journal: [...journal, early, last], changes: made })).toEqual([
        'never more than ten',
      ]);
    });
  });

  test('another patron’s are another’s', () => {
    const { changes, journal, effects } = lent(11);
    const theirs = <One extends { readonly patronId: string | null }>(one: One, id: string) =>
      id.endsWith('op-3') ? { ...one, patronId: 'P2' } : one;
    const history = {
      effects,
      changes: changes.map((change) => theirs(change, change.id)),
      journal: journal.map((operation) => theirs(operation, operation.id)),
    };
    expect(broken(history)).toEqual([]);
  });
});

describe('holds', () => {
  const placeHold = (id: string, at: number, subject = 'T') =>
    checkOut(id, at, { kind: 'PLACE_HOLD', place: { kind: 'HOLD', subject, reservedAt: at + 10 } });
  const held = (id: string, at: number, subject: string) => begun(id, at, { kind: 'HOLD', subject });
  const placed = (reference: string): Effect => ({ event: 'HLD', at: 20, reference });

  test('a title twice is once too often', () => {
    const history = {
      journal: [placeHold('a', 0), placeHold('b', 100)],
      effects: [placed('a'), placed('b')],
      changes: [held('a', 20, 'T'), held('b', 120, 'T')],
    };
    expect(broken(history)).toEqual(['a title once']);
    const others = {
      journal: [placeHold('a', 0), placeHold('b', 100, 'other')],
      changes: [held('a', 20, 'T'), held('b', 120, 'other')],
    };
    expect(broken({ ...history, ...others })).toEqual([]);
  });

  test('one that moves is there twice for a moment', () => {
    const moving = { ...placeHold('b', 100), kind: 'MOVE_HOLD' };
    const history = {
      journal: [placeHold('a', 0), moving],
      effects: [placed('a'), placed('b'), { event: 'UNH', at: 30, reference: 'b' }] as const,
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
      journal: ids.map((id, index) => placeHold(id, index * 100, `T-${id}`)),
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
    [
      'something else was done',
      { journal: [checkOut('a', 0)], effects: [{ event: 'IN', reference: 'a', at: 20 }] },
    ],
    ['nobody asked for it', { effects: [out('nobody')] }],
    ['on another patron', { ...one, changes: [begun('a', 20, { patronId: 'P2' })], effects: [out('a')] }],
    ['of another item', { ...one, changes: [begun('a', 20, { subject: 'item b' })], effects: [out('a')] }],
  ])('%s', (_name, history) => {
    expect(broken(history)).toEqual(['one effect or none']);
  });
});

describe('one word', () => {
  /** Each asked a second after the one before. */
  const told = (...states: (History['journal'][number]['state'] | null)[]) => [
    asked('a', {
      answers: states.map((state, index) => {
        const from = index * 1_000;
        return { from, at: from + 10, replica: index, state, problem: null };
      }),
    }),
  ];
  const one = { changes: [begun('a', 20)], journal: [checkOut('a', 0)], effects: [out('a')] };

  test('unsettled first, then done, and done again, is one word', () => {
    expect(broken({ ...one, asked: told(null, 'UNSETTLED', 'DONE', 'DONE') })).toEqual([]);
  });

  test.each<[string, ReturnType<typeof told>]>([
    ['the journal says otherwise', told('REFUSED')],
    ['it is taken back', told('DONE', 'UNSETTLED')],
    ['another replica knows nothing of it', told('UNSETTLED', null, 'DONE')],
    [
      'nobody knows anything of it, long after it was written down',
      told(null, null, null, null, null, null, null),
    ],
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

  test('too late, unless reconcilers failed, a replica ended, or none was there', () => {
    expect(broken(settled(9_000))).toEqual([]);
    expect(broken(settled(11_000))).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), failedLooks: new Map([['a', 1]]) })).toEqual([]);
    expect(broken({ ...settled(26_000), failedLooks: new Map([['a', 1]]) })).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 5_000, until: 5_001 }] })).toEqual([]);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 50_000, until: 50_001 }] })).toEqual([
      'settled in time',
    ]);
    expect(broken({ ...settled(11_000), jumps: [{ at: 5_000, byMs: 8_000 }] })).toEqual([]);
    expect(broken({ ...settled(11_000), jumps: [{ at: 50_000, byMs: 8_000 }] })).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), unattended: [{ from: 5_000, until: 7_000 }] })).toEqual([]);
  });
});

test('what is done after it is over is done too late, whatever is told of it', () => {
  const done = (at: number) => broken({ ...lent(1), changes: [begun('op-1', at)] });
  expect(done(2_010 + 10_000)).toEqual([]);
  expect(done(2_010 + 10_001)).toEqual(['done in time']);
});

test('an alarm is one', () => {
  expect(broken({ alarms: ['a'] })).toEqual(['no alarm']);
});

describe('late deliveries', () => {
  /** Refused at 30, once circulation had been asked at 25; done at `at`, and found. */
  const refused = (at: number) => ({
    ...{ changes: [begun('a', at)], effects: [{ ...out('a'), at }] },
    journal: [checkOut('a', 0, { firstState: 'REFUSED' })],
    deliveries: new Map([['a', [15, at]]]),
    confirmations: new Map([['a', [25]]]),
  });

  test('what is done after a refusal was confirmed needs an alarm, and no more', () => {
    expect(broken({ ...refused(26), alarms: ['a'] })).toEqual([]);
    expect(lateDeliveries({ ...sound, ...refused(5_025), alarms: ['a'] })).toEqual([
      { reference: 'a', nth: 0, delayMs: 5_000, isAlarmed: true },
    ]);
  });

  test('the only delivery, within its time, is not late: it was given up too early', () => {
    const early = { ...refused(26), deliveries: new Map([['a', [26]]]), alarms: ['a'] };
    expect(broken(early)).toContain('one effect or none');
  });

  test('what had been done when circulation was asked is no excuse, nor where it was not asked', () => {
    expect(broken({ ...refused(24), alarms: ['a'] })).toContain('one effect or none');
    expect(broken({ ...refused(24), confirmations: new Map(), alarms: ['a'] })).toContain(
      'one effect or none',
    );
  });

  test('what is done twice needs an alarm', () => {
    const twice = {
      ...{ changes: [begun('a', 20), begun('a', 700, { id: 'again' })], journal: [checkOut('a', 0)] },
      effects: [out('a'), { ...out('a'), at: 700 }],
    };
    expect(broken(twice)).toEqual(['one effect or none']);
    expect(broken({ ...twice, alarms: ['a'] })).toEqual([]);
    expect(lateDeliveries({ ...sound, ...twice })).toEqual([
      { reference: 'a', nth: 1, delayMs: 680, isAlarmed: false },
    ]);
  });

  test('an eleventh that comes late is nobody’s fault, but for who could have seen it', () => {
    const ten = lent(10);
    const late = { ...begun('late', 1_200), id: 'L-late' };
    const entry = checkOut('late', 500, { firstState: 'REFUSED', settledAt: 530 });
    const history = {
      changes: [...ten.changes, late],
      effects: [...ten.effects, { ...out('late'), at: 1_200 }],
      journal: [...ten.journal, entry],
      deliveries: new Map([['late', [515, 1_200]]]),
      confirmations: new Map([['late', [525]]]),
      alarms: ['late'],
    };
    expect(broken(history)).toEqual([]);
    expect(overrunDelays(history.changes, lateDeliveries({ ...sound, ...history }))).toEqual([675]);
    const after = {
      ...history,
      changes: [...history.changes, begun('after', 5_000)],
      effects: [...history.effects, { ...out('after'), at: 5_000 }],
      journal: [...history.journal, checkOut('after', 4_980)],
    };
    expect(broken(after)).toEqual(['never more than ten']);
  });
});
