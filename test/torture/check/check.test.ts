import { describe, expect, test } from 'vitest';
import type { Effect, History, RecordChange } from '../history.ts';
import { asked, atDesk, begun, broken, checkOut, ended, lent, out, sound } from './example-histories.ts';
import { lateDeliveries, limitExceedingDelays } from './late/late-deliveries.ts';

test('an empty history and one with ten loans have no violation', () => {
  expect(broken({})).toEqual([]);
  expect(broken(lent(10))).toEqual([]);
});

describe('at most ten per patron', () => {
  test('an eleventh loan is a violation', () => {
    expect(broken({ ...lent(11), findings: found('op-11', 'OVER_LIMIT') })).toEqual([
      'at most ten per patron',
    ]);
  });

  test('a loan that was returned before does not count', () => {
    const { changes, ...rest } = lent(11);
    expect(
      broken({ ...rest, changes: [...changes.slice(0, 10), ended('op-1', 950), ...changes.slice(10)] }),
    ).toEqual([]);
  });

  test('a desk’s loan counts only if it came before the operation was requested', () => {
    const { changes, ...rest } = lent(10);
    const lentWith = (desk: RecordChange) =>
      broken({ ...rest, changes: [...changes.slice(0, 9), desk, ...changes.slice(9)] });
    expect(lentWith(atDesk('desk', 890))).toEqual(['at most ten per patron']);
    expect(lentWith(atDesk('desk', 905))).toEqual([]);
  });

  describe('if a desk lends between the requests of two operations', () => {
    const { changes, effects, journal } = lent(8);
    const early = checkOut('early', 1_000, {
      place: { kind: 'LOAN', subject: 'item early', reservedAt: 1_050 },
    });
    const late = checkOut('late', 1_020, {
      place: { kind: 'LOAN', subject: 'item late', reservedAt: 1_040 },
    });
    const both = { effects: [...effects, out('early'), out('late')], journal: [...journal, early, late] };
    const desk = atDesk('desk', 1_010);

    test('it is a violation if the operation that had to see the desk’s loan lends last', () => {
      const made = [...changes, desk, begun('early', 1_060), begun('late', 1_070)];
      expect(broken({ ...both, changes: made })).toEqual(['at most ten per patron']);
    });

    test('it is no violation if the operation that could not see it lends last', () => {
      const made = [...changes, desk, begun('late', 1_060), begun('early', 1_070)];
      expect(broken({ ...both, changes: made })).toEqual([]);
    });

    test('it is a violation if the operation that reserved last had to see it', () => {
      const last = { ...late, place: { kind: 'LOAN', subject: 'item late', reservedAt: 1_060 } } as const;
      const made = [...changes, desk, begun('late', 1_070), begun('early', 1_080)];
      expect(broken({ ...both, journal: [...journal, early, last], changes: made })).toEqual([
        'at most ten per patron',
      ]);
    });
  });

  test('loans of another patron do not count', () => {
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

  test('a second hold on one title is a violation', () => {
    const history = {
      journal: [placeHold('a', 0), placeHold('b', 100)],
      effects: [placed('a'), placed('b')],
      changes: [held('a', 20, 'T'), held('b', 120, 'T')],
    };
    expect(broken(history)).toEqual(['no duplicate hold']);
    const others = {
      journal: [placeHold('a', 0), placeHold('b', 100, 'other')],
      changes: [held('a', 20, 'T'), held('b', 120, 'other')],
    };
    expect(broken({ ...history, ...others })).toEqual([]);
  });

  test('a hold that is moved may exist twice for a moment', () => {
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

  test('an eleventh hold is a violation', () => {
    const ids = Array.from({ length: 11 }, (_, index) => `h-${index}`);
    const history = {
      journal: ids.map((id, index) => placeHold(id, index * 100, `T-${id}`)),
      effects: ids.map(placed),
      changes: ids.map((id, index) => held(id, index * 100 + 20, `T-${id}`)),
    };
    expect(broken(history)).toEqual(['at most ten per patron']);
  });
});

const found = (
  operationId: string,
  discrepancy: History['findings'][number]['discrepancy'],
): History['findings'] => [{ operationId, discrepancy }];

describe('exactly one effect or none', () => {
  const one = { changes: [begun('a', 20)], journal: [checkOut('a', 0)] };

  test.each<[string, Partial<History>]>([
    ['two effects', { ...one, effects: [out('a'), out('a')], findings: found('a', 'DONE_TWICE') }],
    ['DONE without an effect', { journal: [checkOut('a', 0)], findings: found('a', 'NOT_DONE') }],
    [
      'REFUSED with an effect',
      {
        ...one,
        journal: [checkOut('a', 0, { state: 'REFUSED' })],
        effects: [out('a')],
        findings: found('a', 'DONE_AFTER_REFUSAL'),
      },
    ],
    [
      'an effect of another kind',
      {
        journal: [checkOut('a', 0)],
        effects: [{ event: 'IN', reference: 'a', at: 20 }],
        findings: found('a', 'NOT_DONE'),
      },
    ],
    [
      'an effect of no known operation',
      { effects: [out('nobody')], findings: found('nobody', 'OPERATION_LOST') },
    ],
    [
      'a loan of another patron',
      { ...one, changes: [begun('a', 20, { patronId: 'P2' })], effects: [out('a')] },
    ],
    [
      'a loan of another item',
      { ...one, changes: [begun('a', 20, { subject: 'item b' })], effects: [out('a')] },
    ],
  ])('%s', (_name, history) => {
    expect(broken(history)).toEqual(['exactly one effect or none']);
  });
});

describe('consistent answers', () => {
  /** The answers to one client about one operation. The client asks once a second. */
  const told = (...states: (History['journal'][number]['state'] | null)[]) => [
    asked('a', {
      answers: states.map((state, index) => {
        const from = index * 1_000;
        return { from, at: from + 10, replica: index, state, problem: null };
      }),
    }),
  ];
  const one = { changes: [begun('a', 20)], journal: [checkOut('a', 0)], effects: [out('a')] };

  test('UNSETTLED and then DONE twice is consistent', () => {
    expect(broken({ ...one, asked: told(null, 'UNSETTLED', 'DONE', 'DONE') })).toEqual([]);
  });

  test.each<[string, ReturnType<typeof told>]>([
    ['the journal has another state', told('REFUSED')],
    ['a final state is followed by UNSETTLED', told('DONE', 'UNSETTLED')],
    ['a replica does not know an operation that another one knew', told('UNSETTLED', null, 'DONE')],
    [
      'no replica knows an operation long after it was in the journal',
      told(null, null, null, null, null, null, null),
    ],
  ])('%s', (_name, asked) => {
    expect(broken({ ...one, asked })).toEqual(['consistent answers']);
  });

  test('an operation that a client was told of is in the journal', () => {
    expect(broken({ asked: told('UNSETTLED') })).toEqual(['consistent answers']);
    expect(broken({ asked: told(null) })).toEqual([]);
  });
});

describe('settled in time', () => {
  const settled = (afterMs: number) => ({
    changes: [begun('a', 20)],
    effects: [out('a')],
    journal: [checkOut('a', 0, { settledAt: 2_010 + 10_000 + afterMs })],
  });

  test('an operation that is unsettled at the end is a violation', () => {
    expect(broken({ journal: [checkOut('a', 0, { state: 'UNSETTLED', settledAt: null })] })).toEqual([
      'settled in time',
    ]);
  });

  test('a late settlement is a violation unless checks failed, a replica was disrupted, the clock jumped or no replica was available', () => {
    expect(broken(settled(9_000))).toEqual([]);
    expect(broken(settled(11_000))).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), failedChecks: new Map([['a', 1]]) })).toEqual([]);
    expect(broken({ ...settled(26_000), failedChecks: new Map([['a', 1]]) })).toEqual(['settled in time']);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 5_000, until: 5_001 }] })).toEqual([]);
    expect(broken({ ...settled(11_000), disruptions: [{ from: 50_000, until: 50_001 }] })).toEqual([
      'settled in time',
    ]);
    expect(broken({ ...settled(11_000), jumps: [{ at: 5_000, byMs: 8_000 }] })).toEqual([]);
    expect(broken({ ...settled(11_000), jumps: [{ at: 50_000, byMs: 8_000 }] })).toEqual(['settled in time']);
    expect(broken({ ...settled(12_000), jumps: [{ at: 5_000, byMs: -2_000 }] })).toEqual([]);
    expect(broken({ ...settled(12_001), jumps: [{ at: 5_000, byMs: -2_000 }] })).toEqual(['settled in time']);
    for (const byMs of [3_600_000, -3_600_000]) {
      expect(broken({ ...settled(130_000), jumps: [{ at: 5_000, byMs }] })).toEqual([]);
      expect(broken({ ...settled(130_001), jumps: [{ at: 5_000, byMs }] })).toEqual(['settled in time']);
    }
    expect(broken({ ...settled(11_000), unattended: [{ from: 5_000, until: 7_000 }] })).toEqual([]);
  });
});

test('an effect after the settling time is a violation in any state', () => {
  const done = (at: number) => broken({ ...lent(1), changes: [begun('op-1', at)] });
  expect(done(2_010 + 10_000)).toEqual([]);
  expect(done(2_010 + 10_001)).toEqual(['no effect after the deadline']);
});

test('an alarm is a violation', () => {
  expect(broken({ alarms: ['a'] })).toEqual(['no alarm']);
});

test('an alarm about a late change is a violation, unless circulation applied it late', () => {
  const late = {
    journal: [checkOut('a', 0)],
    effects: [{ ...out('a'), at: 12_011 }],
    findings: [{ operationId: 'a', discrepancy: 'DONE_TOO_LATE' }] as const,
    alarms: ['a'],
  };
  expect(broken(late)).toEqual(['no alarm']);
  expect(broken({ ...late, appliedLate: new Set(['a']) })).toEqual([]);
});

describe('late deliveries', () => {
  /** A check-out that is refused at 30 ms, after circulation was asked at 25 ms. Circulation makes the loan at `at`. */
  const refused = (at: number) => ({
    changes: [begun('a', at)],
    effects: [{ ...out('a'), at }],
    journal: [checkOut('a', 0, { firstState: 'REFUSED' })],
    deliveries: new Map([['a', [15, at]]]),
    confirmations: new Map([['a', [25]]]),
  });

  test('an effect after a confirmed refusal is excused by an alarm', () => {
    expect(broken({ ...refused(26), alarms: ['a'] })).toEqual([]);
    expect(lateDeliveries({ ...sound, ...refused(5_025), alarms: ['a'] })).toEqual([
      { reference: 'a', nth: 0, delayMs: 5_000, isAlarmed: true, isBeforeCertain: true },
    ]);
    expect(lateDeliveries({ ...sound, ...refused(12_025), alarms: ['a'] })).toMatchObject([
      { delayMs: 12_000, isBeforeCertain: false },
    ]);
  });

  test('the only delivery within its time is not late: the operation was given up too early', () => {
    const early = { ...refused(26), deliveries: new Map([['a', [26]]]), alarms: ['a'] };
    expect(broken(early)).toContain('exactly one effect or none');
  });

  test('the only delivery after the settling time is late, unless only the program can have delayed it', () => {
    const only = { ...refused(60_000), deliveries: new Map([['a', [60_000]]]), alarms: ['a'] };
    expect(broken(only)).toEqual([]);
    expect(broken({ ...only, mayArriveLate: false })).toEqual(
      expect.arrayContaining(['exactly one effect or none', 'no effect after the deadline', 'no alarm']),
    );
  });

  test('a change that circulation applied after its drop time is late, also if nothing else can be late', () => {
    const kept = { appliedLate: new Set(['a']), mayArriveLate: false };
    const only = { ...refused(60_000), deliveries: new Map([['a', [60_000]]]), ...kept };
    expect(broken({ ...only, alarms: ['a'] })).toEqual([]);
    // The operation is still unsettled at the change, so nobody has concluded that it was not made.
    const unsettledUntil = { ...only, journal: [checkOut('a', 0, { settledAt: 12_100 })] };
    expect(broken({ ...unsettledUntil, changes: [begun('a', 12_050)] })).toEqual([]);
  });

  test('an effect is not late if circulation was asked after it, or was not asked', () => {
    expect(broken({ ...refused(24), alarms: ['a'] })).toContain('exactly one effect or none');
    expect(broken({ ...refused(24), confirmations: new Map(), alarms: ['a'] })).toContain(
      'exactly one effect or none',
    );
  });

  test('a second effect is excused by an alarm', () => {
    const twice = {
      changes: [begun('a', 20), begun('a', 700, { id: 'again' })],
      journal: [checkOut('a', 0)],
      effects: [out('a'), { ...out('a'), at: 700 }],
      findings: found('a', 'DONE_TWICE'),
    };
    expect(broken(twice)).toEqual(['exactly one effect or none']);
    expect(broken({ ...twice, alarms: ['a'] })).toEqual([]);
    expect(lateDeliveries({ ...sound, ...twice })).toEqual([
      { reference: 'a', nth: 1, delayMs: 680, isAlarmed: false, isBeforeCertain: false },
    ]);
  });

  test('an alarm excuses a late eleventh loan after it was certain, but not a check-out that could have seen it', () => {
    const ten = lent(10);
    const late = { ...begun('late', 1_200), id: 'L-late' };
    const certainAfter = (settlingMs: number) =>
      checkOut('late', 500, { firstState: 'REFUSED', settledAt: 530, sendBy: 600, settlingMs });
    const history = {
      changes: [...ten.changes, late],
      effects: [...ten.effects, { ...out('late'), at: 1_200 }],
      journal: [...ten.journal, certainAfter(500)],
      deliveries: new Map([['late', [515, 1_200]]]),
      confirmations: new Map([['late', [525]]]),
      alarms: ['late'],
      findings: found('late', 'OVER_LIMIT'),
    };
    expect(broken(history)).toEqual([]);
    const held = { ...history, journal: [...ten.journal, certainAfter(600)] };
    expect(broken(held)).toEqual(['at most ten per patron']);
    expect(limitExceedingDelays(history.changes, lateDeliveries({ ...sound, ...history }))).toEqual([675]);
    const after = {
      ...history,
      changes: [...history.changes, begun('after', 5_000)],
      effects: [...history.effects, { ...out('after'), at: 5_000 }],
      journal: [...history.journal, checkOut('after', 4_980)],
      findings: [...history.findings, ...found('after', 'OVER_LIMIT')],
    };
    expect(broken(after)).toEqual(['at most ten per patron']);
  });

  test('an alarm about an operation is excused if the late loan of another took it over the limit', () => {
    const nine = lent(9);
    const late = { ...begun('late', 4_990), id: 'L-late' };
    const history = {
      changes: [...nine.changes, late, begun('next', 5_000)],
      effects: [...nine.effects, { ...out('late'), at: 4_990 }, { ...out('next'), at: 5_000 }],
      journal: [
        ...nine.journal,
        checkOut('late', 2_000, { firstState: 'REFUSED', settledAt: 2_030, sendBy: 2_100, settlingMs: 500 }),
        checkOut('next', 4_980),
      ],
      deliveries: new Map([['late', [2_015, 4_990]]]),
      confirmations: new Map([['late', [2_025]]]),
      alarms: ['late', 'next'],
      findings: found('next', 'OVER_LIMIT'),
    };
    expect(broken(history)).toEqual([]);
    const withoutAlarm = { ...history, alarms: ['next'] };
    expect(broken(withoutAlarm)).toContain('no alarm');
  });
});
