import { beforeEach, expect, test } from 'vitest';
import { defaultBounds } from '../../../../edge/sip2/bounds.ts';
import { ConnectionLimits, type CountedConnection } from '../../../../edge/sip2/connection-limits.ts';

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
      maxConnectionsPerNetwork: 2,
      maxUnknownConnections: 4,
      maxWrongLogins: 2,
      maxWrongLoginsPerNetwork: 3,
    },
    () => now,
  );
});

const connectionFrom = (address: string, isKnown = true): CountedConnection => ({
  address,
  isKnown: () => isKnown,
  destroy: () => closed.push(address),
});

test('an IPv6 network of 64 bits has the connections of one address', () => {
  const [first, second] = [connectionFrom('2001:db8:1:2::1'), connectionFrom('2001:db8:1:2::2')];
  expect([limits.enter(first), limits.enter(second)]).toEqual([true, true]);
  expect(limits.enter(connectionFrom('2001:db8:1:2:ffff::3'))).toBe(false);
  expect(limits.enter(connectionFrom('2001:db8:1:3::1'))).toBe(true);
  limits.leave(first);
  expect(limits.enter(connectionFrom('2001:db8:1:2:ffff::3'))).toBe(true);
});

test('wrong logins lock the address, and many of them its network, until their time is over', () => {
  const count = (address: string, times: number) => {
    for (let time = 0; time < times; time += 1) {
      limits.countWrongLogin(address);
    }
  };
  count('2001:db8:1:2::1', 2);
  expect(limits.isLocked('2001:db8:1:2::1')).toBe(true);
  expect(limits.enter(connectionFrom('2001:db8:1:2::1'))).toBe(false);
  expect(limits.isLocked('2001:db8:1:2::3')).toBe(false);
  count('2001:db8:1:2::2', 1);
  expect(limits.isLocked('2001:db8:1:2::3')).toBe(true);
  expect(limits.enter(connectionFrom('2001:db8:1:2::3'))).toBe(false);
  expect(limits.isLocked('2001:db8:1:3::1')).toBe(false);
  now += defaultBounds.wrongLoginsMs;
  expect(limits.enter(connectionFrom('2001:db8:1:2::3'))).toBe(true);
});

test('whoever is known keeps their place, and others give theirs to whoever comes', () => {
  expect(limits.enter(connectionFrom('10.0.0.1'))).toBe(true);
  for (let host = 2; host < 12; host += 1) {
    expect(limits.enter(connectionFrom(`10.0.0.${host}`, false))).toBe(true);
  }
  const firstSix = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7'];
  expect(closed).toEqual(firstSix);
  for (let host = 1; host < 6; host += 1) {
    expect(limits.enter(connectionFrom(`10.0.1.${host}`))).toBe(true);
  }
  expect(closed).toEqual([...firstSix, '10.0.0.8', '10.0.0.9', '10.0.0.10', '10.0.0.11']);
  expect(limits.enter(connectionFrom('10.0.1.6'))).toBe(false);
});

test('the site with most connections that nobody knows loses one, whatever networks it uses', () => {
  expect(limits.enter(connectionFrom('10.0.0.1', false))).toBe(true);
  for (let network = 1; network < 10; network += 1) {
    expect(limits.enter(connectionFrom(`2001:db8:1:${network}00::1`, false))).toBe(true);
  }
  expect(closed).toEqual([1, 2, 3, 4, 5, 6].map((network) => `2001:db8:1:${network}00::1`));
});

test('wrong logins from many networks of one site lock the site', () => {
  for (let network = 0; network < 12; network += 1) {
    limits.countWrongLogin(`2001:db8:1:${network}00::1`);
  }
  expect(limits.isLocked('2001:db8:1:ff00::1')).toBe(true);
  expect(limits.isLocked('2001:db8:2::1')).toBe(false);
});
