import { beforeEach, expect, test } from 'vitest';
import { TerminalStates } from '../../../../../edge/sip2/terminals/terminal-states.ts';

const minuteMs = 60_000;
let monotonic: number;
let warnings: object[];
let states: TerminalStates;
beforeEach(() => {
  monotonic = 0;
  warnings = [];
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: (details: object) => void warnings.push(details) };
  states = new TerminalStates(
    log,
    () => new Date('2026-11-24T12:00:00Z'),
    () => monotonic,
  );
});

const problems = () => {
  const common = {
    login: null,
    addresses: null,
    certificate: null,
    charset: 'utf-8',
    language: 'en',
  } as const;
  const gate = {
    ...common,
    name: 'gate',
    profile: 'e-book',
    timeoutSeconds: 3,
    pseudonymField: 'XP',
  } as const;
  return states.list([gate], new Map([['gate', 2]]))[0];
};

test('a terminal that was never seen has no time and no problem', () => {
  expect(problems()).toEqual({
    name: 'gate',
    profile: 'e-book',
    branch: null,
    connections: 2,
    lastSeenAt: null,
    heardAt: null,
    problems: [],
  });
});

test('a clock stands still if messages of minutes have the same date, and runs again at another date', () => {
  states.sawMessage('gate', '20261124    120000');
  monotonic += minuteMs;
  states.sawMessage('gate', '20261124    120000');
  expect(problems()?.problems).toEqual([]);
  monotonic += minuteMs;
  states.sawMessage('gate', '20261124    120000');
  states.sawMessage('gate', '20261124    120000');
  expect(problems()).toMatchObject({
    problems: ['CLOCK_STANDS_STILL'],
    lastSeenAt: '2026-11-24T12:00:00.000Z',
  });
  expect(warnings).toEqual([{ terminal: 'gate', problem: 'CLOCK_STANDS_STILL' }]);
  states.sawMessage('gate', '20261124    120300');
  expect(problems()?.problems).toEqual([]);
});

test('a message without a date says nothing about the clock', () => {
  states.sawMessage('gate', ' '.repeat(18));
  states.sawMessage('gate', null);
  expect(problems()?.problems).toEqual(['BLANK_DATES']);
});

test('a login is heard of, also one that is wrong', () => {
  states.raise('gate', 'WRONG_LOGIN');
  expect(problems()).toMatchObject({ lastSeenAt: null, heardAt: '2026-11-24T12:00:00.000Z' });
});

test('a terminal that is not in the file any more is forgotten', () => {
  states.raise('gate', 'WRONG_LOGIN');
  states.keepOnly(['other']);
  expect(problems()?.problems).toEqual([]);
});
