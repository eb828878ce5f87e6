import { beforeEach, expect, test } from 'vitest';
import { defaultBounds } from '../../../../edge/sip2/bounds.ts';
import { type Guest, Guests } from '../../../../edge/sip2/guests.ts';

let now: number;
let guests: Guests;
let closed: string[];
beforeEach(() => {
  now = 1_000_000;
  closed = [];
  guests = new Guests(
    {
      ...defaultBounds,
      maxConnections: 6,
      maxConnectionsPerNetwork: 2,
      maxUnknownConnections: 4,
      maxWrongLogins: 2,
    },
    () => now,
  );
});

const guest = (address: string, isKnown = true): Guest => ({
  address,
  isKnown: () => isKnown,
  destroy: () => closed.push(address),
});

test('an IPv6 network of 64 bits has the connections of one address', () => {
  const [first, second] = [guest('2001:db8:1:2::1'), guest('2001:db8:1:2::2')];
  expect([guests.enter(first), guests.enter(second)]).toEqual([true, true]);
  expect(guests.enter(guest('2001:db8:1:2:ffff::3'))).toBe(false);
  expect(guests.enter(guest('2001:db8:1:3::1'))).toBe(true);
  guests.leave(first);
  expect(guests.enter(guest('2001:db8:1:2:ffff::3'))).toBe(true);
});

test('and the wrong logins of one, until their time is over', () => {
  guests.countWrongLogin('2001:db8:1:2::1');
  guests.countWrongLogin('2001:db8:1:2::2');
  expect(guests.isLocked('2001:db8:1:2::3')).toBe(true);
  expect(guests.enter(guest('2001:db8:1:2::3'))).toBe(false);
  expect(guests.isLocked('2001:db8:1:3::1')).toBe(false);
  now += defaultBounds.wrongLoginsMs;
  expect(guests.enter(guest('2001:db8:1:2::3'))).toBe(true);
});

test('whoever is known keeps their place, and others give theirs to whoever comes', () => {
  expect(guests.enter(guest('10.0.0.1'))).toBe(true);
  for (let host = 2; host < 12; host += 1) {
    expect(guests.enter(guest(`10.0.0.${host}`, false))).toBe(true);
  }
  const firstSix = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7'];
  expect(closed).toEqual(firstSix);
  for (let host = 1; host < 6; host += 1) {
    expect(guests.enter(guest(`10.0.1.${host}`))).toBe(true);
  }
  expect(closed).toEqual([...firstSix, '10.0.0.8', '10.0.0.9', '10.0.0.10', '10.0.0.11']);
  expect(guests.enter(guest('10.0.1.6'))).toBe(false);
});
