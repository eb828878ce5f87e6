import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { HookRunner, maxUnderWay } from '../../../../gateway/hooks/run-hook.ts';

/** Runs a hook without a request. `told` gets the reasons of failures. */
function runnerOf(run: () => Promise<object | undefined>, timeoutMs: number) {
  const told: string[] = [];
  const runner = new HookRunner<object, object>(
    { run, timeoutMs },
    {
      name: 'operation',
      form: z.strictObject({}),
      fits: () => true,
      maxCharacters: 1000,
      observer: { hookFailed: (_, reason) => told.push(reason) },
      log: pino({ level: 'silent' }),
    },
  );
  return { told, call: () => runner.run({}, { requestId: 'r', signal: null }) };
}

test('calls that were given up count until they end, and beyond a bound the hook is not called', async () => {
  let calls = 0;
  const held = Promise.withResolvers<undefined>();
  const { told, call } = runnerOf(() => {
    calls++;
    return held.promise;
  }, 1);
  await Promise.all(Array.from({ length: maxUnderWay }, call));
  expect(calls).toBe(maxUnderWay);
  expect(new Set(told)).toEqual(new Set(['timedOut']));
  expect(await call()).toEqual({ failed: true });
  expect([calls, told.at(-1)]).toEqual([maxUnderWay, 'tooMany']);
  held.resolve(undefined);
  await held.promise;
  expect(await call()).toEqual({ failed: false, decision: null });
});

test('a hook that rejects after it was given up does no harm', async () => {
  const held = Promise.withResolvers<undefined>();
  const { told, call } = runnerOf(() => held.promise, 1);
  expect(await call()).toEqual({ failed: true });
  held.reject(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['timedOut']);
});

test('a hook that decides in time leaves no timer behind', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const { call } = runnerOf(async () => ({}), 10_000);
  expect(await call()).toEqual({ failed: false, decision: {} });
  expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
});
