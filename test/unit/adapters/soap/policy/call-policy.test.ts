import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallFailure } from '../../../../../adapters/soap/policy/call-failure.ts';
import { createCallPolicy, type Try } from '../../../../../adapters/soap/policy/call-policy.ts';
import { systemClock } from '../../../../../adapters/soap/policy/clock.ts';
import { Deadline, failureOfAbort, untilAborted } from '../../../../../adapters/soap/policy/deadline.ts';
import { type Limits, limitsOf } from '../../../../../adapters/soap/policy/limits.ts';

const policyOf = (limits: Partial<Limits> = {}, random = () => 0.5) =>
  createCallPolicy(limitsOf(limits), random, systemClock);
const read = (signal = new AbortController().signal) => ({
  signal,
  operation: 'GetPatrons',
  idempotent: true,
  callClass: 'lending' as const,
});
const write = (signal = new AbortController().signal) => ({
  signal,
  operation: 'Register',
  idempotent: false,
  callClass: 'lending' as const,
});
const down = new CallFailure('unreachable', 'down', { isOutage: true, retry: 'delayed' });
const refused = new CallFailure('rejected', 'no');
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** A try that only fails when its signal is aborted. */
const hanging: Try<never> = (signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(failureOfAbort(signal, 'call')));
  });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the deadline', () => {
  test('ends a call without an answer as a time-out', async () => {
    const call = failureOf(policyOf({ deadlineMs: 1000 }).run(hanging, read()));
    await vi.advanceTimersByTimeAsync(999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject({ reason: 'timeout', isOutage: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends a call in the queue, which is no sign of an outage', async () => {
    const policy = policyOf({ deadlineMs: 1000, connections: 1 });
    const first = failureOf(policy.run(hanging, read()));
    await vi.advanceTimersByTimeAsync(1);
    using sooner = new Deadline(100, new AbortController().signal, systemClock);
    const tryCall = vi.fn();
    const second = failureOf(policy.run(tryCall, read(sooner.signal)));
    await vi.advanceTimersByTimeAsync(100);
    expect(await second).toMatchObject({ reason: 'timeout', isOutage: false });
    expect(tryCall).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(900);
    expect(await first).toMatchObject({ reason: 'timeout', isOutage: true });
  });

  test("tells the caller's abort from the passing of the time, also through an outer deadline", () => {
    const caller = new AbortController();
    using outer = new Deadline(1000, caller.signal, systemClock);
    using inner = new Deadline(2000, outer.signal, systemClock);
    vi.advanceTimersByTime(1000);
    expect(failureOfAbort(inner.signal, 'call').reason).toBe('timeout');
    using other = new Deadline(1000, caller.signal, systemClock);
    caller.abort();
    expect(failureOfAbort(other.signal, 'call').reason).toBe('cancelled');
    using late = new Deadline(1000, caller.signal, systemClock);
    expect(failureOfAbort(late.signal, 'call')).toMatchObject({ reason: 'cancelled', isOutage: false });
  });

  test('ends the wait for shared work when the own caller aborts', async () => {
    const caller = new AbortController();
    const waiting = failureOf(untilAborted(new Promise(() => {}), caller.signal));
    caller.abort();
    expect(await waiting).toMatchObject({ reason: 'cancelled' });
    await expect(untilAborted(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7);
    expect(await failureOf(untilAborted(new Promise(() => {}), caller.signal))).toMatchObject({
      reason: 'cancelled',
    });
  });
});

describe('a retry', () => {
  const failing = (failure: CallFailure) =>
    vi.fn<Try<string>>().mockRejectedValueOnce(failure).mockResolvedValue('ok');

  test('is made once, for a read, after a random part of the delay, on a new connection', async () => {
    vi.useRealTimers();
    const tryCall = failing(down);
    const begun = performance.now();
    await expect(policyOf({ retryDelayMs: 1_000 }, () => 0.05).run(tryCall, read())).resolves.toBe('ok');
    expect(performance.now() - begun).toBeGreaterThan(45);
    expect(performance.now() - begun).toBeLessThan(900);
    expect(tryCall.mock.calls.map(([, { fresh }]) => fresh)).toEqual([false, true]);
  });

  test('is made without delay where the connection was lost', async () => {
    vi.useRealTimers();
    const tryCall = failing(new CallFailure('unreachable', 'lost', { isOutage: true, retry: 'immediate' }));
    const begun = performance.now();
    await policyOf({ retryDelayMs: 2000 }, () => 1).run(tryCall, read());
    expect(performance.now() - begun).toBeLessThan(1_900);
  });

  test.each([
    ['for a change', down, write(), {}],
    ['for an answer', refused, read(), {}],
    ['when the deadline comes first', down, read(), { deadlineMs: 1000, retryDelayMs: 5000 }],
  ])('is not made %s', async (_what, failure, call, limits) => {
    const tryCall = failing(failure);
    expect(await failureOf(policyOf(limits).run(tryCall, call))).toBe(failure);
    expect(tryCall).toHaveBeenCalledTimes(1);
  });

  test('is not waited for when the caller aborts', async () => {
    vi.useRealTimers();
    const caller = new AbortController();
    const tryCall = failing(down);
    const call = failureOf(policyOf({ retryDelayMs: 3000 }).run(tryCall, read(caller.signal)));
    setTimeout(() => caller.abort(), 20);
    expect(await call).toMatchObject({ reason: 'cancelled' });
  });

  test('is never made for a change, and a change never uses a kept connection', async () => {
    const tryCall = vi.fn<Try<string>>().mockResolvedValue('ok');
    await policyOf().run(tryCall, write());
    expect(tryCall.mock.calls[0]?.[1]).toMatchObject({ fresh: true });
  });
});

describe('the circuit breaker', () => {
  const limits = { breakerThreshold: 3, breakerOpenMs: 1000, deadlineMs: 500 };
  const times = async (count: number, run: () => Promise<unknown>) => {
    for (let index = 0; index < count; index += 1) {
      await failureOf(run());
    }
  };
  const open = expect.objectContaining({ reason: 'unreachable', detail: 'the circuit breaker is open' });

  test('opens after a number of outages in a row, and then nothing is sent', async () => {
    const policy = policyOf(limits);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    const tryCall = vi.fn();
    expect(await failureOf(policy.run(tryCall, read()))).toEqual(open);
    expect(tryCall).not.toHaveBeenCalled();
  });

  test('opens for time-outs', async () => {
    const policy = policyOf(limits);
    const calls = Array.from({ length: 3 }, () => failureOf(policy.run(hanging, write())));
    await vi.advanceTimersByTimeAsync(500);
    await Promise.all(calls);
    expect(await failureOf(policy.run(async () => 1, read()))).toEqual(open);
  });

  test('does not open for healthy answers, nor for callers that abort', async () => {
    const policy = policyOf(limits);
    await times(20, () => policy.run(() => Promise.reject(refused), write()));
    const caller = new AbortController();
    const calls = Array.from({ length: 8 }, () => failureOf(policy.run(hanging, write(caller.signal))));
    await vi.advanceTimersByTimeAsync(1);
    caller.abort();
    expect(await Promise.all(calls)).toEqual(Array(8).fill(expect.objectContaining({ reason: 'cancelled' })));
    await expect(policy.run(async () => 'ok', read())).resolves.toBe('ok');
  });

  test('of calls that are apart is another one', async () => {
    const policy = policyOf(limits);
    const document = { ...read(), operation: 'GetReceipt', isApart: true };
    const receipts = Array.from({ length: 3 }, () => failureOf(policy.run(hanging, document)));
    await vi.advanceTimersByTimeAsync(500);
    await Promise.all(receipts);
    expect(await failureOf(policy.run(async () => 1, document))).toEqual(open);
    expect(policy.state().breaker).toBe('closed');
    await expect(policy.run(async () => 'ok', read())).resolves.toBe('ok');

    await vi.advanceTimersByTimeAsync(1000);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    expect(await failureOf(policy.run(async () => 1, read()))).toEqual(open);
    await expect(policy.run(async () => 'ok', document)).resolves.toBe('ok');
  });

  test('starts to count again after a healthy answer', async () => {
    const policy = policyOf(limits);
    for (let index = 0; index < 5; index += 1) {
      await times(2, () => policy.run(() => Promise.reject(down), write()));
      await policy.run(async () => 'ok', write());
    }
  });

  test('lets one call probe after a while, and the others wait for its result', async () => {
    const policy = policyOf(limits);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    await vi.advanceTimersByTimeAsync(1000);
    const trying = Promise.withResolvers<string>();
    const first = policy.run(() => trying.promise, read());
    const others = Array.from({ length: 4 }, () => vi.fn(async () => 'ok'));
    const calls = others.map((tryCall) => policy.run(tryCall, read()));
    await vi.advanceTimersByTimeAsync(10);
    expect(others.every((tryCall) => tryCall.mock.calls.length === 0)).toBe(true);
    trying.resolve('ok');
    await expect(Promise.all([first, ...calls])).resolves.toEqual(Array(5).fill('ok'));
  });

  test('is half open once its time is over, whether anybody calls or not', async () => {
    const policy = policyOf(limits);
    expect(policy.state().breaker).toBe('closed');
    for (let outage = 0; outage < 2; outage += 1) {
      await times(3, () => policy.run(() => Promise.reject(down), write()));
      await vi.advanceTimersByTimeAsync(999);
      expect(policy.state().breaker).toBe('open');
      await vi.advanceTimersByTimeAsync(1);
      expect(policy.state().breaker).toBe('half-open');
    }
    await policy.run(async () => 'ok', read());
    expect(policy.state().breaker).toBe('closed');
  });

  test('is half open once its time is over, even if the wall clock was put back', async () => {
    const policy = policyOf(limits);
    for (let outage = 0; outage < 2; outage += 1) {
      await times(3, () => policy.run(() => Promise.reject(down), write()));
      await vi.advanceTimersByTimeAsync(1000);
      vi.setSystemTime(Date.now() - 3_600_000);
      await expect(policy.run(async () => 'ok', read())).resolves.toBe('ok');
    }
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await failureOf(policy.run(async () => 'ok', read()))).toEqual(open);
  });

  test('is neither opened nor closed by a caller that aborts during the probe, and the probe goes on', async () => {
    const policy = policyOf(limits);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    await vi.advanceTimersByTimeAsync(1000);
    const caller = new AbortController();
    const trying = Promise.withResolvers<string>();
    const first = failureOf(policy.run(() => trying.promise, read(caller.signal)));
    const second = policy.run(async () => 'second', read());
    await vi.advanceTimersByTimeAsync(10);
    caller.abort();
    expect(await first).toMatchObject({ reason: 'cancelled' });
    trying.resolve('first');
    await expect(second).resolves.toBe('second');
  });

  test('opens again when the probe fails, although the caller of the probe has aborted', async () => {
    const policy = policyOf(limits);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    await vi.advanceTimersByTimeAsync(1000);
    const caller = new AbortController();
    const trying = Promise.withResolvers<string>();
    const first = failureOf(policy.run(() => trying.promise, read(caller.signal)));
    const tryCall = vi.fn();
    const second = failureOf(policy.run(tryCall, write()));
    await vi.advanceTimersByTimeAsync(10);
    caller.abort();
    expect(await first).toMatchObject({ reason: 'cancelled' });
    trying.reject(down);
    expect(await second).toEqual(open);
    expect(tryCall).not.toHaveBeenCalled();
  });

  test('makes no call wait for the probe beyond the own deadline of the call', async () => {
    const policy = policyOf(limits);
    await times(3, () => policy.run(() => Promise.reject(down), write()));
    await vi.advanceTimersByTimeAsync(1000);
    const first = failureOf(policy.run(hanging, write()));
    await vi.advanceTimersByTimeAsync(100);
    const outer = new Deadline(200, new AbortController().signal, systemClock);
    const second = failureOf(policy.run(async () => 'ok', read(outer.signal)));
    await vi.advanceTimersByTimeAsync(200);
    expect(await second).toMatchObject({ reason: 'timeout' });
    await vi.advanceTimersByTimeAsync(300);
    expect(await first).toMatchObject({ reason: 'timeout' });
    expect(await failureOf(policy.run(async () => 1, read()))).toEqual(open);
  });
});
