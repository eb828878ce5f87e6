import { describe, expect, test } from 'vitest';
import type { FollowedStream, LiveHistory, LoggedChange } from '../../subscribers/followed-stream.ts';
import { broken } from '../example-histories.ts';

const row = (number: number, more: Partial<LoggedChange> = {}): LoggedChange => ({
  number,
  id: `id-${number}`,
  kind: 'LOAN_BEGUN',
  patron: null,
  erased: null,
  card: 'card of ada',
  branch: null,
  fact: null,
  subject: null,
  operation: null,
  ...more,
});

const operation = (number: number, state: string, more: Partial<LoggedChange> = {}): LoggedChange =>
  row(number, {
    kind: 'OPERATION',
    card: null,
    patron: 'ada',
    operation: { id: 'op', kind: 'SUSPEND_PATRON', state, caller: 'staff', reference: 'ref' },
    ...more,
  });

const ada = { patron: 'ada', cards: new Set(['card of ada']), others: new Set(['grace', 'card of grace']) };

const stream = (ids: readonly (string | number)[], more: Partial<FollowedStream> = {}): FollowedStream => ({
  name: 'a stream',
  view: { of: 'reader', person: ada },
  from: 0,
  hasLeft: false,
  told: ids.map((id) => ({ id: typeof id === 'number' ? `id-${id}` : id, state: null })),
  codes: new Map(),
  messages: new Map(),
  connections: 1,
  ...more,
});

const live = (history: Partial<LiveHistory>) =>
  broken({ live: { log: [], streams: [], operations: [], events: [], ...history } });

describe('a stream', () => {
  const log = [row(1), row(2, { card: 'card of joan' }), row(3), row(4)];
  test.each<[string, FollowedStream, readonly string[]]>([
    ['has everything', stream([1, 3, 4]), []],
    ['begins later', stream([4], { from: 3 }), []],
    ['has more than it must', stream([3, 4], { from: 3 }), []],
    ['misses a change', stream([1, 4]), ['a stream misses nothing']],
    ['misses the last change', stream([1, 3]), ['a stream misses nothing']],
    ['has left before the last change', stream([1, 3], { hasLeft: true }), []],
    ['has left, and misses a change', stream([1, 4], { hasLeft: true }), ['a stream misses nothing']],
    ['repeats a change', stream([1, 3, 3, 4]), ['a stream repeats nothing']],
    ['has another order', stream([1, 4, 3]), ['a stream keeps the order']],
    ['has a change of somebody else', stream([1, 2, 3, 4]), ["a stream tells nobody else's"]],
    ['has a change that there is not', stream([1, 3, 4, 'id-x']), ["a stream tells nobody else's"]],
    [
      'is told that its cursor has expired',
      stream([1, 3, 4], { codes: new Map([['CURSOR_EXPIRED', 1]]) }),
      ['a stream goes on'],
    ],
    [
      'is told that something went wrong',
      stream([1, 3, 4], { codes: new Map([['INTERNAL_SERVER_ERROR', 1]]) }),
      ['a stream goes on'],
    ],
    [
      'is told that a subgraph is away',
      stream([1, 3, 4], { codes: new Map([['SUBGRAPH_UNAVAILABLE', 1]]) }),
      [],
    ],
  ])('that %s', (_name, one, properties) => {
    expect(live({ log, streams: [one] })).toEqual(properties);
  });

  test('of a reader may have changes of a merged record, and of before an erasure', () => {
    const merged = [row(1, { card: 'card of grace' }), row(2, { card: null, erased: 'ada' })];
    expect(live({ log: merged, streams: [stream([1, 2]), stream([1]), stream([])] })).toEqual([]);
  });

  test('of staff has the chosen kinds and branches, and those whose branch nobody knows', () => {
    const rows = [
      row(1, { kind: 'HOLD_READY', branch: 'STCL' }),
      row(2, { kind: 'HOLD_READY', branch: 'HKCL' }),
      row(3, { kind: 'CARD_OTHER' }),
    ];
    const view = (kinds: readonly string[] | null, branch: string | null) =>
      ({ view: { of: 'library', kinds, branch } }) as const;
    const streams = [
      stream([1, 2, 3], view(null, null)),
      stream([2, 3], view(null, 'HKCL')),
      stream([3], view(['OTHER'], null)),
    ];
    expect(live({ log: rows, streams })).toEqual([]);
    expect(live({ log: rows, streams: [stream([3], view(null, 'HKCL'))] })).toEqual([
      'a stream misses nothing',
    ]);
    expect(live({ log: rows, streams: [stream([1, 2, 3], view(null, 'HKCL'))] })).toEqual([
      "a stream tells nobody else's",
    ]);
  });

  test('of an operation begins with how it stands, and has what becomes of it', () => {
    const rows = [operation(1, 'UNSETTLED'), operation(2, 'DONE')];
    const view = { view: { of: 'operation', caller: 'staff', reference: 'ref' } } as const;
    const standing = (state: string) => ({ ...view, told: [{ id: 'standing', state }] });
    const followed = { ...view, told: [...standing('UNSETTLED').told, { id: 'id-2', state: 'DONE' }] };
    expect(live({ log: rows, streams: [stream([], standing('DONE')), stream([], followed)] })).toEqual([]);
    expect(live({ log: rows, streams: [stream([], standing('UNSETTLED'))] })).toEqual([
      'a stream misses nothing',
    ]);
  });

  test('of a station has that it was withdrawn, and nothing of another station', () => {
    const rows = [
      row(1, { kind: 'STATION_WITHDRAWN', subject: 'k3m9x2p7' }),
      row(2, { kind: 'STATION_RETURNED', subject: 'other' }),
    ];
    const view = { view: { of: 'station', station: 'k3m9x2p7' } } as const;
    expect(live({ log: rows, streams: [stream([1], view)] })).toEqual([]);
    expect(live({ log: rows, streams: [stream([], view)] })).toEqual(['a stream misses nothing']);
    expect(live({ log: rows, streams: [stream([1, 2], view)] })).toEqual(["a stream tells nobody else's"]);
  });

  test('of standings has what changes the standing of a named person', () => {
    const rows = [operation(1, 'UNSETTLED'), operation(2, 'DONE'), operation(3, 'DONE', { patron: 'joan' })];
    const view = { view: { of: 'standing', persons: [ada] } } as const;
    expect(live({ log: rows, streams: [stream([2], view)] })).toEqual([]);
    expect(live({ log: rows, streams: [stream([], view)] })).toEqual(['a stream misses nothing']);
    expect(live({ log: rows, streams: [stream([2, 3], view)] })).toEqual(["a stream tells nobody else's"]);
  });
});

describe('the log', () => {
  const events = [{ fact: 'feed 1 7', kind: 'LOAN_BEGUN' }];
  const operations = [{ id: 'op', state: 'DONE' }];
  const whole = [operation(1, 'UNSETTLED'), operation(2, 'DONE'), row(3, { fact: 'feed 1 7' })];
  test.each<[string, readonly LoggedChange[], readonly string[]]>([
    ['is whole', whole, []],
    ['has a gap', [...whole, row(5)], ['the log is whole']],
    ['has a row without a number', [...whole, row(0, { number: null, id: null })], ['the log is whole']],
    ['lacks an event', whole.slice(0, 2), ['the log is whole']],
    ['has an event twice', [...whole, row(4, { fact: 'feed 1 7' })], ['the log is whole']],
    [
      'has an event as another kind',
      [...whole.slice(0, 2), row(3, { fact: 'feed 1 7', kind: 'LOAN_ENDED' })],
      ['the log is whole'],
    ],
    [
      'has the states of an operation in another order',
      [operation(1, 'DONE'), operation(2, 'UNSETTLED'), row(3, { fact: 'feed 1 7' })],
      ['the log is whole'],
    ],
    ['lacks an operation', [row(1, { fact: 'feed 1 7' })], ['the log is whole']],
    ['has a state twice', [...whole, operation(4, 'DONE')], ['the log is whole']],
  ])('%s', (_name, log, properties) => {
    expect(live({ log, operations, events })).toEqual(properties);
  });
});
