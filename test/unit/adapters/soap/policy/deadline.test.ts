import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UpstreamReason } from '../../../../../adapters/soap/port.ts';
import {
  type FaultRequest,
  type RunningSimulators,
  startSimulators,
} from '../../../../../simulators/index.ts';
import { createHandClock } from '../hand-clock.ts';
import { asked, clientOf, failureOf, signal } from '../prs-client.ts';

/*
 * Real sockets, and a clock that the test moves. If only the deadline can end a call, the call is pending one
 * millisecond before the deadline. At the deadline it rejects with the typed error, for any behaviour of the system.
 */

const deadlineMs = 5_000;
const details = { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } as const;

type Ask = (client: Awaited<ReturnType<typeof clientOf>>) => Promise<unknown>;
const read: Ask = (client) => client.call('GetPatrons', asked, signal());
const write: Ask = (client) => client.ask('RegisterPatron', { DETAILS: details }, signal());

/** Waits in real time, long enough for a few round trips on the loopback interface. The test's clock doesn't move. */
const settled = () => sleep(60);

/**
 * Expects that the call is pending 1 ms before the deadline and rejects with `reason` at the deadline. No timer may be
 * left.
 */
async function expectAtDeadline(
  url: string,
  ask: Ask,
  reason: UpstreamReason,
  begun: () => Promise<unknown>,
) {
  const clock = createHandClock();
  await using client = clientOf(url, { deadlineMs }, clock);
  let isSettled = false;
  const failure = failureOf(ask(client)).finally(() => {
    isSettled = true;
  });
  await begun();
  clock.advance(deadlineMs - 1);
  await settled();
  expect(isSettled).toBe(false);
  clock.advance(1);
  const real = performance.now();
  expect((await failure).reason).toBe(reason);
  // The clock of the test has moved, but in real time the call ended at once.
  expect(performance.now() - real).toBeLessThan(1_000);
  expect(clock.waiting).toBe(0);
}

describe('a simulator', () => {
  let simulators: RunningSimulators;
  beforeAll(async () => {
    simulators = await startSimulators({ systems: ['prs'] });
  });
  afterAll(() => simulators[Symbol.asyncDispose]());

  test.each<[string, FaultRequest, Ask, UpstreamReason]>([
    ['never answers', { kind: 'hang' }, read, 'timeout'],
    ['never answers', { kind: 'hang' }, write, 'outcome-unknown'],
    ['answers byte by byte', { kind: 'slow-drip', delayMs: 20 }, read, 'timeout'],
    ['answers byte by byte', { kind: 'slow-drip', delayMs: 20 }, write, 'outcome-unknown'],
    ['answers late', { kind: 'delay', delayMs: 60_000 }, read, 'timeout'],
    ['answers late', { kind: 'delay', delayMs: 60_000 }, write, 'outcome-unknown'],
  ])('that %s', async (_what, fault, ask, reason) => {
    simulators.prs.faults.set([fault]);
    await expectAtDeadline(simulators.prs.url, ask, reason, settled);
    simulators.prs.faults.clear();
  });

  test('that never answers, with 200 calls: the waiting ones end at the deadline, unsent, and those without a place at once', async () => {
    simulators.prs.faults.set([{ kind: 'hang' }]);
    const clock = createHandClock();
    const bounds = { deadlineMs, connections: 4, queue: 16, breakerThreshold: 1_000 };
    await using client = clientOf(simulators.prs.url, bounds, clock);
    const reasons: UpstreamReason[] = [];
    const calls = Array.from({ length: 200 }, async () => {
      reasons.push((await failureOf(read(client))).reason);
    });
    await settled();
    expect(reasons).toEqual(Array(180).fill('overloaded'));
    clock.advance(deadlineMs - 1);
    await settled();
    expect(reasons).toHaveLength(180);
    clock.advance(1);
    await Promise.all(calls);
    expect(reasons.slice(180)).toEqual(Array(20).fill('timeout'));
    expect(simulators.prs.faults.status.faults[0]?.hits).toBe(4);
    simulators.prs.faults.clear();
  });
});

describe('a system', () => {
  async function startSilent() {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('no port');
    }
    return {
      port: address.port,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) {
          socket.destroy();
        }
        server.close();
        await once(server, 'close');
      },
    };
  }

  test.each<[string, string, Ask, UpstreamReason]>([
    ['that reads a request and never answers', 'http', read, 'timeout'],
    ['that reads a change and never answers', 'http', write, 'outcome-unknown'],
    ['to which a read never connects', 'https', read, 'timeout'],
    // No byte of the change was sent.
    ['to which a change never connects', 'https', write, 'timeout'],
  ])('%s', async (_what, protocol, ask, reason) => {
    await using server = await startSilent();
    await expectAtDeadline(`${protocol}://127.0.0.1:${server.port}/`, ask, reason, settled);
  });

  test('with one connection: of two changes, the one that waits for the connection was not made', async () => {
    await using server = await startSilent();
    const clock = createHandClock();
    const url = `http://127.0.0.1:${server.port}/`;
    await using client = clientOf(url, { deadlineMs, connections: 1 }, clock);
    let ended = 0;
    const count = () => {
      ended += 1;
    };
    const first = failureOf(write(client)).finally(count);
    const second = failureOf(write(client)).finally(count);
    await settled();
    clock.advance(deadlineMs - 1);
    await settled();
    expect(ended).toBe(0);
    clock.advance(1);
    expect([(await first).reason, (await second).reason]).toEqual(['outcome-unknown', 'timeout']);
    expect(clock.waiting).toBe(0);
  });

  test('that is down for two tries: the delay between them is measured by the clock', async () => {
    const server = await startSilent();
    const url = `http://127.0.0.1:${server.port}/`;
    await server[Symbol.asyncDispose]();
    const clock = createHandClock();
    await using client = clientOf(url, { deadlineMs, retryDelayMs: 4_000 }, clock);
    let isSettled = false;
    const failure = failureOf(read(client)).finally(() => {
      isSettled = true;
    });
    await settled();
    // There are two timers: one for the deadline, and one for half of the maximum delay.
    expect(clock.waiting).toBe(2);
    clock.advance(1_999);
    await settled();
    expect(isSettled).toBe(false);
    clock.advance(1);
    expect((await failure).reason).toBe('unreachable');
    expect(clock.waiting).toBe(0);
  });
});
