import { describe, expect, test } from 'vitest';
import { anonymous } from '../../../../../gateway/access/caller.ts';
import {
  createBudgets,
  createRateLimiter,
  type RatedCaller,
} from '../../../../../gateway/access/rates/rate-limiter.ts';
import type { GatewayObserver } from '../../../../../gateway/observer.ts';
import { defaultRates, type Rates } from '../../../../../gateway/rates.ts';

const maxCost = 1000;
/**
 * The rate of each budget: ten units a second, and a burst of 20. The budget of a whole client has ten times this rate
 * and burst.
 */
const small = { unitsPerSecond: 10, burst: 20 };
const large = { unitsPerSecond: 100, burst: 200 };
const rates: Rates = {
  ...defaultRates,
  anonymous: small,
  reads: small,
  changes: small,
  clientReads: large,
  clientChanges: large,
  expensive: { unitsPerSecond: 10, burst: 500 },
  plans: { unitsPerSecond: 1, burst: 2 },
};
const limiterAt = (clock: { now: number }, observer: GatewayObserver = {}) =>
  createRateLimiter(
    createBudgets(rates, () => clock.now),
    maxCost,
    observer,
  );
const limiter = () => limiterAt({ now: 0 });

const from = (address: string): RatedCaller => ({ identity: anonymous, address });
const person = (subject: string, clientId = 'app'): RatedCaller => ({
  identity: { authenticated: true, issuer: 'library', subject, clientId },
  address: '10.0.0.1',
});
const client = (clientId: string): RatedCaller => ({
  identity: { authenticated: true, issuer: 'library', subject: clientId, clientId },
  address: '10.0.0.1',
});
const query = { kind: 'query', callClass: 'reader', cost: 20, isNew: false } as const;
const mutation = { kind: 'mutation', callClass: 'lending', cost: 20, isNew: false } as const;

test('whoever has used up their budget waits, and takes nothing meanwhile', () => {
  const clock = { now: 0 };
  const rated = limiterAt(clock);
  expect(rated.of(from('10.0.0.1')).admit(query)).toBe(0);
  expect(rated.of(from('10.0.0.1')).admit(query)).toBe(2000);
  expect(rated.of(from('10.0.0.1')).admit(query)).toBe(2000);
  clock.now = 2000;
  expect(rated.of(from('10.0.0.1')).admit(query)).toBe(0);
});

describe('nobody takes from another', () => {
  test.each([
    ['address', from('10.0.0.1'), from('10.0.0.2')],
    ['person behind the same address', from('10.0.0.1'), person('P0000001')],
    ['person of the same client', person('P0000001'), person('P0000002')],
    ['client', client('station-1'), client('station-2')],
  ])('another %s has a budget of its own', (_name, one, other) => {
    const rated = limiter();
    while (rated.of(one).admit(query) === 0) {
      // repeats until the budget is used up
    }
    expect(rated.of(other).admit(query)).toBe(0);
  });

  test('the same subject of another issuer is somebody else', () => {
    const rated = limiter();
    rated.of(person('P0000001')).admit(query);
    const other = { ...person('P0000001'), identity: { ...person('P0000001').identity, issuer: 'partner' } };
    expect(rated.of(other).admit(query)).toBe(0);
  });
});

test('a home with a /56 and an office with a /48 have the budgets of two and four addresses', () => {
  const clock = { now: 0 };
  const rated = limiterAt(clock);
  const ask = (subnet: string) => rated.of(from(`2001:db8:1:${subnet}::1`)).admit(query) === 0;
  expect(['100', '101', '102', '103'].map(ask)).toEqual([true, true, false, false]);
  expect(['200', '201', '202'].map(ask)).toEqual([true, true, false]);
  expect(ask('300')).toBe(false);
  expect(rated.of(from('2001:db8:1:300::1')).wait()).toBeGreaterThan(0);
  expect(rated.of(from('2001:db8:2:300::1')).admit(query)).toBe(0);
  clock.now = 500;
  expect(['300', '301'].map(ask)).toEqual([true, false]);
});

test('what is bounded per caller is so for a whole /48, and for each person', () => {
  const rated = limiter();
  const callerOf = (caller: RatedCaller) => rated.of(caller).caller;
  expect(callerOf(from('2001:db8:1:100::1'))).toBe(callerOf(from('2001:db8:1:200::1')));
  expect(callerOf(from('2001:db8:2:100::1'))).not.toBe(callerOf(from('2001:db8:1:100::1')));
  expect(callerOf(person('P0000001'))).not.toBe(callerOf(person('P0000002')));
});

test('what a person reads leaves them their changes', () => {
  const rated = limiter();
  rated.of(person('P0000001')).admit(query);
  expect(rated.of(person('P0000001')).admit(query)).toBeGreaterThan(0);
  expect(rated.of(person('P0000001')).admit(mutation)).toBe(0);
});

test('an expensive query has a budget of its own', () => {
  const rated = limiter();
  expect(
    rated.of(client('staff')).admit({ kind: 'query', callClass: 'staff', cost: 500, isNew: false }),
  ).toBe(0);
  expect(
    rated.of(client('staff')).admit({ kind: 'query', callClass: 'staff', cost: 500, isNew: false }),
  ).toBeGreaterThan(0);
  expect(rated.of(client('staff')).admit(query)).toBe(0);
});

test('operations that must be planned are counted beside their cost', () => {
  const rated = limiter();
  const fresh = { kind: 'query', callClass: 'reader', cost: 1, isNew: true } as const;
  expect(rated.of(from('10.0.0.1')).admit(fresh)).toBe(0);
  expect(rated.of(from('10.0.0.1')).admit(fresh)).toBe(0);
  expect(rated.of(from('10.0.0.1')).admit(fresh)).toBe(1000);
  expect(rated.of(from('10.0.0.1')).admit({ ...fresh, isNew: false })).toBe(0);
});

test('all persons of a client together have a bound, too', () => {
  const rated = limiter();
  const admitted = Array.from({ length: 30 }, (_, n) => rated.of(person(`P${n}`)).admit(query));
  expect(admitted.filter((wait) => wait === 0)).toHaveLength(10);
});

test('a request that came to nothing is charged, and in the end not even read', () => {
  const rated = limiter();
  expect(rated.of(from('10.0.0.1')).wait()).toBe(0);
  rated.of(from('10.0.0.1')).charge();
  rated.of(from('10.0.0.1')).charge();
  expect(rated.of(from('10.0.0.1')).wait()).toBeGreaterThan(0);
  expect(rated.of(from('10.0.0.2')).wait()).toBe(0);
});

test('of each refusal it is told which budget lacked most, and the class of what was asked', () => {
  const refused: string[] = [];
  const rated = limiterAt(
    { now: 0 },
    { rateRefused: (budget, callClass) => refused.push(`${budget} ${callClass}`) },
  );
  const fresh = { ...mutation, cost: 1, isNew: true };
  for (const operation of [query, query, mutation, mutation, fresh]) {
    rated.of(person('P0000001')).admit(operation);
  }
  rated.of(person('P0000001')).wait();
  for (const operation of [{ ...query, cost: 1, isNew: true }, { ...query, cost: 1, isNew: true }, fresh]) {
    rated.of(from('10.0.0.1')).admit(operation);
  }
  expect(refused).toEqual([
    'reads reader',
    'changes lending',
    'changes lending',
    'reads null',
    'plans lending',
  ]);
});

describe('addresses of IPv6', () => {
  const takes = (one: string, other: string) => {
    const rated = limiter();
    rated.of(from(one)).admit(query);
    return rated.of(from(other)).admit(query) > 0;
  };

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::9'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
  ])('%s and %s are one network', (one, other) => expect(takes(one, other)).toBe(true));

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['::ffff:10.0.0.1', '10.0.0.2'],
    ['::1', '2001:db8::1'],
  ])('%s and %s are not', (one, other) => expect(takes(one, other)).toBe(false));
});
