import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DependencyWatch, Refused } from '../../../../platform/lifecycle/dependency-watch.ts';

const times = { everyMs: 1000, timeoutMs: 500, failuresToDown: 2 };
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A dependency with these results of its checks, in order. The last result is repeated. */
function dependency(name: string, ...answers: (Error | 'hangs' | Record<string, 'up'>)[]) {
  let checks = 0;
  return {
    name,
    checks: () => checks,
    check(): Promise<Record<string, 'up'>> {
      const answer = answers[Math.min(checks++, answers.length - 1)] ?? {};
      if (answer === 'hangs') {
        return new Promise(() => undefined);
      }
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

test('nothing is checked until somebody asks, and then once a pause, however often somebody asks', async () => {
  const one = dependency('one', {});
  using watch = new DependencyWatch([one], times);
  await vi.advanceTimersByTimeAsync(5000);
  expect([one.checks(), watch.states()]).toEqual([0, { one: 'unknown' }]);
  await Promise.all(Array.from({ length: 100 }, () => watch.start()));
  expect([one.checks(), watch.states()]).toEqual([1, { one: 'up' }]);
  await vi.advanceTimersByTimeAsync(3500);
  expect(one.checks()).toBe(4);
});

test('what was up is down after two failures in a row, and up after one success', async () => {
  const fails = new Error('no');
  using watch = new DependencyWatch(
    [dependency('one', { behind: 'up' }, fails, {}, fails, fails, {})],
    times,
  );
  await watch.start();
  const seen = [watch.states().one];
  for (let check = 0; check < 5; check += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    seen.push(watch.states().one);
  }
  expect(seen).toEqual(['up', 'up', 'up', 'up', 'down', 'up']);
});

test('a check that hangs is down at its timeout, and is not joined by more', async () => {
  const hanging = dependency('one', 'hangs');
  using watch = new DependencyWatch([hanging], times);
  const started = watch.start();
  await vi.advanceTimersByTimeAsync(500);
  await started;
  expect(watch.states()).toEqual({ one: 'down' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hanging.checks()).toBe(1);
});

test('what is behind a dependency that is down is unknown, and the worst of several views counts', async () => {
  const quick = { ...times, failuresToDown: 1 };
  const one = dependency('one', { shared: 'up', own: 'up' }, new Error('no'));
  using watch = new DependencyWatch([one, dependency('other', { shared: 'up' })], quick);
  await watch.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.states()).toEqual({ one: 'down', other: 'up', shared: 'up', own: 'unknown' });
});

test('a refusal counts from the start only: later the other side has changed', async () => {
  const refused = new Error('no answer', { cause: new Refused('401') });
  using stranger = new DependencyWatch([dependency('one', refused)], times);
  using known = new DependencyWatch([dependency('one', {}, refused)], times);
  await Promise.all([stranger.start(), known.start()]);
  await vi.advanceTimersByTimeAsync(5000);
  expect([stranger.states(), stranger.isRefused()]).toEqual([{ one: 'refused' }, true]);
  expect([known.states(), known.isRefused()]).toEqual([{ one: 'refused' }, false]);
});

test('a watch that was disposed of checks nothing more', async () => {
  const one = dependency('one', {});
  const watch = new DependencyWatch([one], times);
  await watch.start();
  watch[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(5000);
  expect(one.checks()).toBeLessThanOrEqual(2);
});
