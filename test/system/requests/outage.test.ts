import { afterEach, describe, expect, test } from 'vitest';
import { errorsIn } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const caller = callerForTests(system, { patronId: 'P0000002' });
afterEach(async () => {
  for (const each of [system.legacy.prs, system.legacy.cms, system.legacy.circ]) {
    await each.start();
  }
});

const query = `{ me {
  id
  name { english }
  cards: credentials { status }
  quota: loanQuota { used remaining }
  loans { totalCount }
} }`;

const whole = {
  id: 'P0000002',
  name: { english: 'LEE, SIU MING' },
  cards: [{ status: 'ACTIVE' }, { status: 'ACTIVE' }],
  quota: { used: 5, remaining: 5 },
  loans: { totalCount: 5 },
};

test('with every system up, the answer is complete', async () => {
  expect((await system.ask(query, caller)).body).toEqual({ data: { me: whole } });
});

describe('R26: while a system is down, its fields are null with the reason, and the rest is answered', () => {
  test.each([
    ['prs', ['name']],
    ['cms', ['cards', 'quota', 'loans']],
    ['circ', ['quota', 'loans']],
  ] as const)('%s', async (name, missing) => {
    await system.legacy[name].stop();
    const started = performance.now();
    const { status, body } = await system.ask(query, caller);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(status).toBe(200);
    const nulls = Object.fromEntries(missing.map((field) => [field, null]));
    expect(body.data).toEqual({ me: { ...whole, ...nulls } });
    expect(errorsIn(body)).toEqual(missing.map((field) => `me.${field} UPSTREAM_UNAVAILABLE`));
  });
});

test('a system that hangs is given up at its deadline, and the rest is answered', async () => {
  system.legacy.circ.latencyMs = 60_000;
  const started = performance.now();
  const { body } = await system.ask(query, caller);
  system.legacy.circ.latencyMs = 0;
  // The bound is the deadline of five seconds, with a margin for a busy machine.
  expect(performance.now() - started).toBeLessThan(7000);
  expect(body.data).toEqual({ me: { ...whole, quota: null, loans: null } });
  expect(errorsIn(body)).toEqual(['me.quota UPSTREAM_TIMEOUT', 'me.loans UPSTREAM_TIMEOUT']);
});

test('R26: a registry that hangs affects only its own fields, and is asked once', async () => {
  system.legacy.prs.latencyMs = 60_000;
  const started = performance.now();
  const { body } = await system.ask(query, caller);
  system.legacy.prs.latencyMs = 0;
  expect(performance.now() - started).toBeLessThan(7000);
  expect(body.data).toEqual({ me: { ...whole, name: null } });
  expect(body.errors).toMatchObject([{ path: ['me', 'name'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
});

test('a client that disconnects is not a fault of a system or a subgraph', async () => {
  system.legacy.circ.latencyMs = 60_000;
  const before = system.log.length;
  const client = new AbortController();
  const answer = system.ask(query, { ...caller, signal: client.signal });
  setTimeout(() => client.abort(), 300);
  await expect(answer).rejects.toThrow('abort');
  // The answer to another request shows that the lines of the aborted request are in the log.
  system.legacy.circ.latencyMs = 0;
  await system.ask(query, caller);
  const warnings = system.log.slice(before).filter((line) => JSON.parse(line).level > 30);
  expect(warnings).toEqual([]);
});

test('the failure of a legacy system is in the log, without values', async () => {
  await system.legacy.circ.stop();
  await system.ask(query, caller);
  expect(system.log.join('')).toMatch(/circulation: unreachable/);
});

test('R26: a list that needs the system is null, not empty', async () => {
  await system.legacy.prs.stop();
  const staff = await system.token({ scope: 'patrons:read' });
  const { body } = await system.ask('{ patrons { totalCount } }', { token: staff });
  expect(body.data).toEqual({ patrons: null });
  expect(body.errors).toMatchObject([{ path: ['patrons'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});

test('a system that is down is named in health, and the process stays ready', async () => {
  const health = async (path: string) => {
    const response = await fetch(`${system.url}/health/${path}`);
    return { status: response.status, body: await response.json() };
  };
  const ready = {
    status: 200,
    body: { ready: true, stopping: false, conditions: { keys: true, signature: true, journal: true } },
  };
  const states = {
    journal: 'up',
    'patron registry': 'up',
    'card management': 'up',
    circulation: 'up',
    'payment system': 'up',
  };
  expect(await health('ready')).toEqual(ready);
  expect(await health('dependencies')).toEqual({ status: 200, body: { dependencies: states } });
  await system.legacy.cms.stop();
  await expect
    .poll(async () => (await health('dependencies')).body, { timeout: 8000 })
    .toEqual({ dependencies: { ...states, 'card management': 'down' } });
  expect(await health('ready')).toEqual(ready);
  expect(await health('live')).toEqual({ status: 200, body: { live: true } });
});

test('a system that comes back is used again', async () => {
  await system.legacy.circ.stop();
  await system.ask(query, caller);
  await system.legacy.circ.start();
  expect((await system.ask(query, caller)).body).toEqual({ data: { me: whole } });
});
