import { beforeEach, expect, test } from 'vitest';
import { defaultBounds } from '../../../../../edge/sip2/bounds.ts';
import {
  ConnectionLimits,
  type CountedConnection,
} from '../../../../../edge/sip2/network/connection-limits.ts';

let now: number;
let limits: ConnectionLimits;
let closed: string[];
beforeEach(() => {
  now = 1_000_000;
  closed = [];
  limits = new ConnectionLimits(
    {
      ...defaultBounds,
      maxConnections: 6,
      maxUnknownPerNetwork: 2,
      maxConnectionsPerTerminal: 3,
      maxUnknownConnections: 4,
      maxWrongLogins: 2,
      maxWrongLoginsPerNetwork: 3,
    },
    () => now,
  );
});

const connectionFrom = (address: string, terminal: string | null = null): CountedConnection => ({
  address,
  terminalName: () => terminal,
  evict: () => closed.push(address),
});

test('a network of 64 bits has the connections without a login of one address, and a new one closes its oldest', () => {
  const strangers = ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:ffff::3'].map((address) =>
    connectionFrom(address),
  );
  expect(strangers.map((one) => limits.enter(one))).toEqual([true, true, true]);
  expect(closed).toEqual(['2001:db8:1:2::1']);
  expect(limits.enter(connectionFrom('2001:db8:1:3::1'))).toBe(true);
  expect(closed).toHaveLength(1);
});

test('any number of terminals connects from one address, and an idle stranger there keeps none of them out', () => {
  for (let count = 0; count < 5; count += 1) {
    expect(limits.enter(connectionFrom('192.0.2.1', `terminal-${count}`))).toBe(true);
  }
  expect(limits.enter(connectionFrom('192.0.2.1'))).toBe(true);
  expect(limits.enter(connectionFrom('192.0.2.1', 'terminal-6'))).toBe(true);
  expect(closed).toEqual(['192.0.2.1']);
  expect(limits.enter(connectionFrom('192.0.2.1', 'terminal-7'))).toBe(false);
});

test('a terminal has a limited number of connections', () => {
  expect(limits.hasRoomFor('terminal-1')).toBe(true);
  for (let count = 0; count < 3; count += 1) {
    limits.enter(connectionFrom('192.0.2.1', 'terminal-1'));
  }
  expect([limits.hasRoomFor('terminal-1'), limits.hasRoomFor('terminal-2')]).toEqual([false, true]);
});

test('wrong passwords lock a user at an address, and neither another user there nor the user elsewhere', () => {
  for (let time = 0; time < 2; time += 1) {
    limits.countWrongLogin('central-1', true, '192.0.2.1');
  }
  expect(limits.isLocked('central-1', true, '192.0.2.1')).toBe(true);
  expect(limits.isLocked('central-2', true, '192.0.2.1')).toBe(false);
  expect(limits.isLocked('central-1', true, '192.0.2.2')).toBe(false);
  expect(limits.isLocked('nobody', false, '192.0.2.1')).toBe(false);
  now += defaultBounds.wrongLoginsMs;
  expect(limits.isLocked('central-1', true, '192.0.2.1')).toBe(false);
});

test('unknown users are refused after too many of them from an address, a network or a site, and known users are not', () => {
  const count = (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      limits.countWrongLogin(`nobody-${time}`, false, address);
    }
  };
  const isLocked = (address: string) => limits.isLocked('somebody', false, address);
  count('2001:db8:1:2::1', 2);
  expect(isLocked('2001:db8:1:2::1')).toBe(true);
  expect(limits.isLocked('central-1', true, '2001:db8:1:2::1')).toBe(false);
  expect(isLocked('2001:db8:1:2::3')).toBe(false);
  count('2001:db8:1:2::2', 1);
  expect(isLocked('2001:db8:1:2::3')).toBe(true);
  expect(isLocked('2001:db8:1:3::1')).toBe(false);
  now += defaultBounds.wrongLoginsMs;
  expect(isLocked('2001:db8:1:2::3')).toBe(false);
  for (let network = 0; network < 12; network += 1) {
    count(`2001:db8:1:${network}00::1`, 1);
  }
  expect(isLocked('2001:db8:1:ff00::1')).toBe(true);
  expect(isLocked('2001:db8:2::1')).toBe(false);
});

test('whoever is known keeps their place, and others give theirs to whoever comes', () => {
  expect(limits.enter(connectionFrom('10.0.0.1', 'terminal'))).toBe(true);
  for (let host = 2; host < 12; host += 1) {
    expect(limits.enter(connectionFrom(`10.0.0.${host}`))).toBe(true);
  }
  const firstSix = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7'];
  expect(closed).toEqual(firstSix);
  for (let host = 1; host < 6; host += 1) {
    expect(limits.enter(connectionFrom(`10.0.1.${host}`, 'terminal'))).toBe(true);
  }
  expect(closed).toEqual([...firstSix, '10.0.0.8', '10.0.0.9', '10.0.0.10', '10.0.0.11']);
  expect(limits.enter(connectionFrom('10.0.1.6', 'terminal'))).toBe(false);
});

test('the site with most connections that nobody knows loses one, whatever networks it uses', () => {
  expect(limits.enter(connectionFrom('10.0.0.1'))).toBe(true);
  for (let network = 1; network < 10; network += 1) {
    expect(limits.enter(connectionFrom(`2001:db8:1:${network}00::1`))).toBe(true);
  }
  expect(closed).toEqual([1, 2, 3, 4, 5, 6].map((network) => `2001:db8:1:${network}00::1`));
});
