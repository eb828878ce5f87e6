import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { defaultLimits } from '../../../adapters/soap/policy/limits.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { shareOf } from '../../../platform/priority/call-classes.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { type AnswerBody, postJson } from '../../support/graph/ask-graph.ts';
import { openPorts } from '../../support/ports.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../../system/running-system.ts';
import { systemForTests } from '../../system/system-for-tests.ts';
import { READS } from '../calls/reads.ts';

const CLIENTS = 200;
const limits = { deadlineMs: 2_000, connections: 4, queue: 16, breakerThreshold: 1_000_000 };
const ofAnonymous = {
  connections: shareOf(defaultLimits.connections, 'anonymous'),
  queue: shareOf(defaultLimits.queue, 'anonymous'),
};
const signal = (): AbortSignal => new AbortController().signal;

/** The outcome of a call, and how long it took. */
async function timed(call: Promise<unknown>): Promise<{ outcome: string; ms: number }> {
  const began = performance.now();
  const outcome = await call.then(
    () => 'answered',
    (error: unknown) => (error instanceof UpstreamError ? error.reason : String(error)),
  );
  return { outcome, ms: performance.now() - began };
}

/** Asks from an address of the client's own. */
async function askFrom(client: number, url: string, query: string, signal?: AbortSignal) {
  const headers = { 'x-forwarded-for': `203.0.113.${client}` };
  const response = await postJson(`${url}/graphql`, { query }, { headers, ...(signal && { signal }) });
  return (await response.json()) as AnswerBody;
}

const count = (outcomes: readonly { outcome: string }[], wanted: string): number =>
  outcomes.filter(({ outcome }) => outcome === wanted).length;

describe('200 clients on a system that hangs', () => {
  const legacy = openedForTests(() => startSimulators());
  const ports = openedForTests(() => openPorts(legacy, limits));
  beforeAll(() => ports.circulation.ping(signal()));

  test.each(coreSystemIds)(
    '%s: the queue is bounded, and a call fails at once when it is full',
    async (name) => {
      const system = legacy[name];
      const [read] = READS.filter((one) => one.system === name);
      if (read === undefined) {
        throw new Error(`${name} has no read`);
      }
      system.faults.set([{ kind: 'hang' }]);
      const calls = Array.from({ length: CLIENTS }, () => timed(read.call(ports, signal())));
      await sleep(limits.deadlineMs / 4);
      // One request arrived on each connection.
      expect(system.faults.status.faults[0]?.hits).toBe(limits.connections);
      const others = READS.filter((one) => one.system !== name && one.method !== 'ping');
      const elsewhere = await Promise.all(others.map((one) => timed(one.call(ports, signal()))));
      expect(count(elsewhere, 'answered')).toBe(others.length);
      expect(Math.max(...elsewhere.map(({ ms }) => ms))).toBeLessThan(limits.deadlineMs / 2);

      const outcomes = await Promise.all(calls);
      const taken = limits.connections + limits.queue;
      expect(count(outcomes, 'timeout')).toBe(taken);
      expect(count(outcomes, 'overloaded')).toBe(CLIENTS - taken);
      const refused = outcomes.filter(({ outcome }) => outcome === 'overloaded');
      expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(limits.deadlineMs / 2);

      system.faults.clear();
      expect(await timed(read.call(ports, signal()))).toMatchObject({ outcome: 'answered' });
    },
  );
});

describe('through the graph', () => {
  const trusting = { TRUSTED_PROXIES: '127.0.0.1' };
  const system = systemForTests(undefined, trusting);

  test('200 clients of a hanging circulation wait or get UPSTREAM_OVERLOADED, while other systems answer', async () => {
    const item = '{ item(itemNumber: "31852000000015") { title } }';
    const name = '{ me { name { english } } }';
    const token = await system.token({ patronId: 'P0000002' });
    const healthy = { data: { me: { name: { english: 'LEE, SIU MING' } } } };
    expect((await system.ask(item)).body.errors).toBeUndefined();
    system.legacy.circ.faults.set([{ kind: 'hang' }]);
    const began = performance.now();
    const asked = Array.from({ length: CLIENTS }, async (_, client) => {
      const { errors } = await askFrom(client, system.url, item);
      return { outcome: errors?.[0]?.extensions.code ?? 'answered', ms: performance.now() - began };
    });
    await sleep(1_000);
    const elsewhere = performance.now();
    expect((await system.ask(name, { token })).body).toEqual(healthy);
    expect(performance.now() - elsewhere).toBeLessThan(2_000);

    const outcomes = await Promise.all(asked);
    // Anonymous callers may ask for an item, but get only a share of the connections.
    const taken = ofAnonymous.connections + ofAnonymous.queue;
    expect([count(outcomes, 'UPSTREAM_TIMEOUT'), count(outcomes, 'UPSTREAM_OVERLOADED')]).toEqual([
      taken,
      CLIENTS - taken,
    ]);
    const refused = outcomes.filter(({ outcome }) => outcome === 'UPSTREAM_OVERLOADED');
    expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(2_500);
    system.legacy.circ.faults.clear();
    expect((await system.ask(name, { token })).body).toEqual(healthy);
  });

  test('after 200 clients disconnect from a hanging circulation, the next is answered at once', async () => {
    // A new system is needed, because the circuit breaker of the shared system has seen an outage.
    await using own = await startSystem(undefined, trusting);
    const item = '{ item(itemNumber: "31852000000015") { title } }';
    expect((await own.ask(item)).body.errors).toBeUndefined();
    const { faults } = own.legacy.circ;
    faults.set([{ kind: 'hang' }]);
    const leaving = new AbortController();
    const left = Array.from({ length: CLIENTS }, (_, client) =>
      askFrom(client, own.url, item, leaving.signal),
    );
    const outcomes = Promise.allSettled(left);
    await vi.waitFor(() => expect(faults.status.recent).toHaveLength(ofAnonymous.connections), 4_000);
    leaving.abort();
    faults.clear();
    const began = performance.now();
    // All connections are free, and the circuit breaker didn't count the disconnections as an outage.
    expect((await own.ask(item)).body).toEqual({ data: { item: { title: '紅樓夢' } } });
    expect(performance.now() - began).toBeLessThan(defaultLimits.deadlineMs / 2);
    const abandoned = (await outcomes).filter(({ status }) => status === 'rejected');
    expect(abandoned.length).toBeGreaterThanOrEqual(ofAnonymous.connections + ofAnonymous.queue);
  });
});
