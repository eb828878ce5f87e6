import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import type { CallObserver, CallsNow, EndedCall } from '../../../../adapters/soap/call-observer.ts';
import { systemClock } from '../../../../adapters/soap/policy/clock.ts';
import type { Limits } from '../../../../adapters/soap/policy/limits.ts';
import { createServiceMetrics } from '../../../../telemetry/metrics/services/index.ts';
import { valuesOf } from '../../telemetry/metrics/values.ts';
import { asked, clientOf, empty, failureOf, fault, signal } from './prs-client.ts';
import { reply, startRawServer } from './raw-server.ts';

const observedClient = (url: string, observer: CallObserver, limits: Partial<Limits> = {}) =>
  clientOf(url, limits, systemClock, undefined, observer);

function recorder() {
  const calls: EndedCall[] = [];
  const states: (() => CallsNow)[] = [];
  return {
    calls,
    now: () => states.at(-1)?.(),
    watchCalls: (_system: string, now: () => CallsNow) => void states.push(now),
    callEnded: (call: EndedCall) => void calls.push(call),
  };
}

test('a call is told with its system, operation, class, time and tries', async () => {
  await using server = await startRawServer((response) => reply(response, empty));
  const observer = recorder();
  await using client = await observedClient(server.url, observer);
  await client.forClass('staff').call('GetPatrons', asked, signal());
  expect(observer.calls).toEqual([
    {
      system: 'patron registry',
      operation: 'GetPatrons',
      callClass: 'staff',
      outcome: 'answered',
      ms: expect.any(Number),
      waitedMs: expect.any(Number),
      tries: 1,
    },
  ]);
});

test('a fault is an answer, and a second try is counted', async () => {
  await using server = await startRawServer((response, _request, count) =>
    count === 1
      ? reply(response, '<html>', 'text/html', 503)
      : reply(response, fault('PRS-001'), 'text/xml', 500),
  );
  const observer = recorder();
  await using client = await observedClient(server.url, observer);
  await failureOf(client.call('GetPatrons', asked, signal()));
  expect(observer.calls).toMatchObject([{ outcome: 'answered', tries: 2 }]);
});

test('what waits, what runs and the breaker are told at any time', async () => {
  const answers: (() => void)[] = [];
  await using server = await startRawServer((response) => {
    answers.push(() => reply(response, '<html>', 'text/html', 500));
  });
  const observer = recorder();
  const limits = { connections: 1, breakerThreshold: 1, retryDelayMs: 0 };
  await using client = await observedClient(server.url, observer, limits);
  const first = failureOf(client.call('GetPatrons', asked, signal()));
  const second = failureOf(client.forClass('reader').call('GetPatrons', asked, signal()));
  await expect.poll(() => answers.length).toBe(1);
  expect(observer.now()).toMatchObject({
    breaker: 'closed',
    connections: 1,
    running: 1,
    waiting: { lending: 0, reader: 1, staff: 0, anonymous: 0, background: 0 },
  });
  const answering = setInterval(() => answers.shift()?.(), 5);
  await Promise.all([first, second]);
  clearInterval(answering);
  expect(observer.now()).toMatchObject({ breaker: 'open', running: 0 });
  expect(observer.calls).toMatchObject([{ outcome: 'unreachable' }, { outcome: 'unreachable' }]);
});

test('a call that was never sent has waited all of its time', async () => {
  await using server = await startRawServer(() => undefined);
  const observer = recorder();
  const limits = { connections: 1, queue: 1, deadlineMs: 300 };
  await using client = await observedClient(server.url, observer, limits);
  await Promise.all([1, 2, 3].map(() => failureOf(client.call('GetPatrons', asked, signal()))));
  const [rejected, ...others] = observer.calls;
  expect(rejected).toMatchObject({ outcome: 'overloaded', tries: 0 });
  expect(rejected?.waitedMs).toBe(rejected?.ms);
  expect(others.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout']);
});

test('the metrics show it', async () => {
  await using server = await startRawServer((response) => reply(response, empty));
  const registry = new Registry();
  await using client = await observedClient(server.url, createServiceMetrics(registry));
  await client.call('GetPatrons', asked, signal());
  expect(await valuesOf(registry, 'patron_graph_legacy_calls_total')).toEqual([
    {
      labels: {
        system: 'patron registry',
        operation: 'GetPatrons',
        call_class: 'lending',
        outcome: 'answered',
      },
      value: 1,
    },
  ]);
  const breaker = await valuesOf(registry, 'patron_graph_legacy_breaker_state');
  expect(breaker.map(({ labels, value }) => [labels.state, value])).toEqual([
    ['closed', 1],
    ['open', 0],
    ['half-open', 0],
  ]);
});
