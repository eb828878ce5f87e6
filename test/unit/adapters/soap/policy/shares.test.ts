import { expect, test } from 'vitest';
import { CallFailure } from '../../../../../adapters/soap/policy/call-failure.ts';
import { createCallPolicy } from '../../../../../adapters/soap/policy/call-policy.ts';
import { systemClock } from '../../../../../adapters/soap/policy/clock.ts';
import { limitsOf } from '../../../../../adapters/soap/policy/limits.ts';
import { waitAs, withinRequest } from '../../../../../platform/telemetry/request-scope.ts';

/** Calls of one class to a system with 4 connections and a queue of 12. Each call ends when it is released. */
function createWorld() {
  const policy = createCallPolicy(limitsOf({ connections: 4, queue: 12 }), Math.random, systemClock);
  const begun: string[] = [];
  const released = Promise.withResolvers<string>();
  const call = (name: string) =>
    policy
      .run(
        () => {
          begun.push(name);
          return released.promise;
        },
        {
          operation: 'GetLoans',
          signal: new AbortController().signal,
          idempotent: true,
          callClass: 'lending',
        },
      )
      .catch((error: unknown) => (error instanceof CallFailure ? error.reason : 'a defect'));
  const ask = async (caller: string | null) => {
    const { result } = await withinRequest({ requestId: null, caller }, () => call(caller ?? 'the program'));
    return result;
  };
  return { begun, call, ask, release: () => released.resolve('answered') };
}

test('a call waits as the caller of its request, who gets no more than a share', async () => {
  const { begun, ask, release } = createWorld();
  const flood = Array.from({ length: 20 }, () => ask('A'));
  const others = [ask('B'), ask('C')];
  await expect.poll(() => begun).toEqual(['A', 'A', 'A', 'B']);
  release();
  expect(await Promise.all(others)).toEqual(['answered', 'answered']);
  const outcomes = await Promise.all(flood);
  expect(outcomes.filter((one) => one === 'over-share')).toHaveLength(20 - 3 - 4);
  expect(begun.indexOf('C')).toBeLessThan(7);
});

test('a service waits as the person for whom it asks', async () => {
  const { begun, call, ask, release } = createWorld();
  const asFor = (person: string) =>
    withinRequest({ requestId: null, caller: 'sign-in' }, () => {
      waitAs(person);
      return call(person);
    });
  const flood = Array.from({ length: 20 }, () => asFor('an address'));
  const other = asFor('another address');
  await expect.poll(() => begun.at(-1)).toBe('another address');
  release();
  expect((await other).result).toBe('answered');
  expect(await ask(null)).toBe('answered');
  await Promise.all(flood);
});

test('the program itself has no share, and may use all connections of its class', async () => {
  const { begun, ask, release } = createWorld();
  const calls = Array.from({ length: 17 }, () => ask(null));
  await expect.poll(() => begun.length).toBe(4);
  release();
  expect((await Promise.all(calls)).filter((one) => one === 'overloaded')).toHaveLength(1);
});
