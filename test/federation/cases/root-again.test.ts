/**
 * A field below the root may have the root query type. A mutation's payload has such a field, so that a client can
 * query further.
 */
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { SubgraphFailure } from '../../../gateway/executor/index.ts';
import { compose, fetchFrom, link, worldOf } from '../support/subgraphs.ts';

let done = 0;
const payload = (more: object = {}) => ({ ok: true, query: {}, ...more });

const subgraphs = {
  actions: {
    sdl: `${link}
      type Query { done: Int me: Payload }
      type Mutation { act: Payload actAll: [Payload] }
      type Payload { ok: Boolean query: Query all: [Payload] user: User }
      type User @key(fields: "id") { id: ID! }`,
    resolvers: {
      Query: { done: () => done, me: () => payload({ user: { id: '2' } }) },
      Mutation: {
        act: () => {
          done++;
          return payload({ all: [payload(), { ok: false, query: null }, payload()] });
        },
        actAll: () => [payload(), null, payload()],
      },
    },
  },
  users: {
    sdl: `${link}
      type Query { user(id: ID!): User users: [User!] }
      type User @key(fields: "id") { id: ID! name: String }`,
    resolvers: {
      Query: {
        user: (_: unknown, { id }: { id: string }) => ({ id }),
        users: () => [{ id: '1' }, { id: '2' }],
      },
      User: { name: ({ id }: { id: string }) => `user ${id}` },
    },
  },
  ages: {
    sdl: `${link} type User @key(fields: "id") { id: ID! age: Int }`,
    resolvers: { User: { age: ({ id }: { id: string }) => Number(id) * 10 } },
  },
};

/** The composition library of these tests rejects such a field. Other libraries accept it, and gateways support it. */
function supergraph(): string {
  const { sdl } = subgraphs.actions;
  const without = { ...subgraphs, actions: { sdl: sdl.replace('query: Query', 'query: Int') } };
  return compose(without).replace('query: Int', 'query: Query');
}

const fetch = fetchFrom(subgraphs);
const world = worldOf(createEngine(supergraph()), fetch);

test.each<[string, unknown]>([
  [
    'mutation { act { ok query { user(id: 1) { name } } } }',
    { act: { ok: true, query: { user: { name: 'user 1' } } } },
  ],
  [
    'mutation ($id: ID!) { act { query { u: user(id: $id) { name age } __typename } } }',
    { act: { query: { u: { name: 'user 3', age: 30 }, __typename: 'Query' } } },
  ],
  [
    'mutation { act { all { ok query { users { name age } } } } }',
    {
      act: {
        all: [true, false, true].map((ok) => ({
          ok,
          query: ok
            ? {
                users: [
                  { name: 'user 1', age: 10 },
                  { name: 'user 2', age: 20 },
                ],
              }
            : null,
        })),
      },
    },
  ],
  [
    'mutation { actAll { query { user(id: 4) { age } me { user { name } } } } }',
    {
      actAll: [0, 1, 0].map((gone) =>
        gone ? null : { query: { user: { age: 40 }, me: { user: { name: 'user 2' } } } },
      ),
    },
  ],
  [
    '{ me { query { user(id: 1) { name } me { query { user(id: 2) { age } } } } } }',
    { me: { query: { user: { name: 'user 1' }, me: { query: { user: { age: 20 } } } } } },
  ],
])('%s', async (query, data) => {
  expect(await world.ask(query, { variables: { id: '3' } })).toEqual({ data });
});

test('the query below a mutation runs before the next mutation starts', async () => {
  done = 0;
  const { data } = await world.ask(
    'mutation { a: act { query { done users { name } } } b: act { query { done users { name } } } }',
  );
  const users = [{ name: 'user 1' }, { name: 'user 2' }];
  expect(data).toEqual({ a: { query: { done: 1, users } }, b: { query: { done: 2, users } } });
  expect(world.requests.map(({ subgraph, kind }) => `${kind} ${subgraph}`)).toEqual([
    'mutation actions',
    'query users',
    'mutation actions',
    'query users',
  ]);
});

test('several payloads need one request, and no payload needs none', async () => {
  await world.ask('mutation { act { all { query { user(id: 1) { name } } } } }');
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['actions', 'users']);
  await world.ask('mutation { act { all { all { query { user(id: 1) { name } } } } } }');
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['actions']);
});

test('a failure there is reported below each payload', async () => {
  const { data, errors } = await world.ask('mutation { act { ok all { query { user(id: 1) { name } } } } }', {
    fetch: async (request) => {
      if (request.subgraph === 'users') {
        throw new SubgraphFailure('users', 'SUBGRAPH_TIMEOUT');
      }
      return fetch(request);
    },
  });
  expect(data).toEqual({
    act: { ok: true, all: [{ query: { user: null } }, { query: null }, { query: { user: null } }] },
  });
  expect(errors).toMatchObject(
    [0, 2].map((at) => ({
      path: ['act', 'all', at, 'query', 'user'],
      extensions: { code: 'SUBGRAPH_TIMEOUT' },
    })),
  );
});

test('introspection is answered only at the root of a query; elsewhere it is null with an error', async () => {
  const query = 'mutation { act { ok query { t: __type(name: "User") { name } user(id: 1) { name } } } }';
  const { data, errors } = await world.ask(query);
  expect(data).toEqual({ act: { ok: true, query: { t: null, user: { name: 'user 1' } } } });
  expect(errors).toEqual([
    {
      message: '__type is answered only at the root of a query.',
      path: ['act', 'query', 't'],
      extensions: { code: 'OPERATION_NOT_SUPPORTED' },
    },
  ]);
});
