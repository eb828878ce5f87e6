/** A hook gets no variables, tokens or headers unless it asks for them (R30), and can't change the gateway's data. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Asks, Hooks } from '../../../../gateway/hooks/hooks.ts';
import type { RunningGateway } from '../from-file/running.ts';
import type { World } from '../from-file/supergraph-fixture.ts';
import { createGuardedWorld, startHooked } from './hooked.ts';

let world: World;
beforeAll(async () => {
  world = await createGuardedWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.requests.length = 0;
});

type Events = Record<string, unknown>[];

/** All hooks ask for this, and note their events. */
function noting(events: Events, asks: Asks): Hooks {
  const noted = (hook: string) => ({
    asks,
    run: (event: object): undefined => {
      events.push({ hook, ...event });
    },
  });
  const { variables, ...ofAll } = asks;
  const noVariables = (hook: string) => ({ ...noted(hook), asks: ofAll });
  return {
    request: noVariables('request'),
    operation: noted('operation'),
    subgraphRequest: noted('subgraphRequest'),
    subgraphAnswer: noVariables('subgraphAnswer'),
    error: noVariables('error'),
    end: noVariables('end'),
  };
}

const all = ['request', 'operation', 'subgraphRequest', 'subgraphAnswer', 'error', 'end'];

async function askSecretly(gateway: RunningGateway, events: Events): Promise<void> {
  await gateway.post(
    {
      query:
        'query Secret21852000000017($text: String) { echo(text: $text, number: 4711, any: { deep: "S-literal" }) anything }',
      variables: { text: 'S-variable' },
    },
    { authorization: 'Bearer S-token', cookie: 'a=S-cookie', 'x-tenant': 'S-tenant' },
  );
  await expect.poll(() => events.map(({ hook }) => hook)).toEqual(all);
}

test('a hook that asks for nothing gets no header, token, caller, variable or literal', async () => {
  const events: Events = [];
  await using gateway = await startHooked(world, noting(events, {}));
  await askSecretly(gateway, events);
  expect(JSON.stringify(events)).not.toMatch(/S-|4711|2185/);
  for (const { headers, caller, variables } of events) {
    expect([headers, caller, variables ?? null]).toEqual([{}, null, null]);
  }
});

test('a hook gets what it asks for, and nothing else', async () => {
  const events: Events = [];
  const asks = { headers: ['X-Tenant', 'x-absent'], caller: true, variables: true };
  await using gateway = await startHooked(world, noting(events, asks));
  await askSecretly(gateway, events);
  expect(JSON.stringify(events)).not.toMatch(/S-token|S-cookie|2185/);
  for (const { headers, caller } of events) {
    expect(headers).toEqual({ 'x-tenant': 'S-tenant' });
    expect(caller).toEqual({ authenticated: false, issuer: null, subject: null, clientId: null, scopes: [] });
  }
  const values = Object.values(events[1]?.variables as object);
  expect(values).toEqual(expect.arrayContaining(['S-variable', 4711, { deep: 'S-literal' }]));
  expect(Object.values(events[2]?.variables as object)).toEqual(values);
});

test.each([
  ['{ echo(any: { deep: [1, { x: true }] }) }', {}, [{ deep: [1, { x: true }] }]],
  ['{ echo(any: [SECRET, 1.5, null]) }', {}, [['SECRET', 1.5, null]]],
  ['{ echo(any: 9007199254740993) }', {}, ['9007199254740993']],
  ['{ echo(any: SECRET) again: echo(any: 2.5, number: 7) }', {}, ['SECRET', 2.5, 7]],
  ['{ echo(by: { id: "a", any: { x: 1 } }) }', {}, ['a', { id: 'a', any: { x: 1 } }]],
  [
    'query ($literal0: String, $id: ID) { echo(text: $literal0, any: { id: $id, level: HIGH }) }',
    { literal0: 'own', id: 'u0' },
    ['own', 'u0', { id: 'u0', level: 'HIGH' }],
  ],
  ['{ echo(any: null) @include(if: true) }', {}, []],
])('a hook gets each literal of a custom scalar: %s', async (query, variables, values) => {
  const events: Events = [];
  await using gateway = await startHooked(world, noting(events, { variables: true }));
  expect(await (await gateway.post({ query, variables })).json()).not.toHaveProperty('errors');
  const given = events.filter(({ variables }) => variables != null);
  expect(given.map(({ hook }) => hook)).toEqual(['operation', 'subgraphRequest']);
  for (const { variables } of given) {
    expect(Object.values(variables as object)).toHaveLength(values.length);
    expect(Object.values(variables as object)).toEqual(expect.arrayContaining(values as unknown[]));
  }
});

test('the token is in the header `authorization`', async () => {
  const events: Events = [];
  await using gateway = await startHooked(world, noting(events, { headers: ['authorization'] }));
  await askSecretly(gateway, events);
  expect(events.map(({ headers }) => headers)).toEqual(all.map(() => ({ authorization: 'Bearer S-token' })));
});

test('what a hook writes into its event changes nothing', async () => {
  const asks = { variables: true };
  const spoil = (event: { readonly variables: object | null }): undefined => {
    Object.assign(event.variables ?? {}, { id: 'u2' });
    Object.assign(event, { policies: ['p', 'q', 'r'], subgraph: 'reviews' });
  };
  await using gateway = await startHooked(world, {
    operation: { asks, run: spoil },
    subgraphRequest: { asks, run: spoil },
    error: {
      run: ({ errors }): undefined => {
        Object.assign(errors[0] ?? {}, { message: 'spoilt' });
        Object.assign(errors[0]?.extensions ?? {}, { code: 'SPOILT' });
      },
    },
  });
  const query = 'query ($id: ID!) { user(id: $id) { id } anything }';
  expect((await gateway.ask(query, { id: 'u1' })).body).toMatchObject({
    data: { user: { id: 'u1' }, anything: null },
    errors: [{ message: expect.not.stringContaining('spoilt'), extensions: { code: 'FORBIDDEN' } }],
  });
});

test('a number that no double can hold comes as its text', async () => {
  const events: Events = [];
  await using gateway = await startHooked(world, noting(events, { variables: true }));
  await gateway.post(
    '{"query":"query ($any: Anything) { echo(any: $any) }","variables":{"any":9007199254740993}}',
  );
  await expect.poll(() => events.length).toBeGreaterThan(2);
  expect(events.filter(({ variables }) => variables).map(({ variables }) => variables)).toEqual([
    { any: '9007199254740993' },
    { any: '9007199254740993' },
  ]);
  expect(JSON.stringify(world.requests[0]?.body)).toContain('9007199254740992');
});
