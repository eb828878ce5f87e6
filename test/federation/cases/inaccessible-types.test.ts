/**
 * Below a field of an interface or a union, an object of an @inaccessible type is null with an error. The client's
 * selection makes no difference.
 */
import { expect, test } from 'vitest';
import { expectSame } from '../support/compare.ts';
import { createWorld, link } from '../support/subgraphs.ts';

const objects = [
  { __typename: 'A', id: 'a1', name: 'seen', more: { __typename: 'A', id: 'a2', name: 'seen too' } },
  { __typename: 'B', id: 'b1', name: 'hidden', more: { __typename: 'A', id: 'a2', name: 'seen too' } },
  { __typename: 'A', id: 'a3', name: 'seen again', more: { __typename: 'B', id: 'b2', name: 'hidden too' } },
];
const one = objects[1];
const typeOf = { __resolveType: ({ __typename }: { __typename: string }) => __typename };
const byId = (reference: { id: string }) => ({ ...reference, note: `note on ${reference.id}` });

const world = createWorld({
  things: {
    sdl: `${link}
      type Query { all: [I] one: I some: [I!] either: [U] }
      union U = A | B
      interface I { id: ID! name: String more: I }
      type A implements I @key(fields: "id") { id: ID! name: String more: I }
      type B implements I @key(fields: "id") @inaccessible { id: ID! name: String more: I }`,
    resolvers: {
      Query: { all: () => objects, one: () => one, some: () => objects, either: () => objects },
      I: typeOf,
      U: typeOf,
    },
  },
  notes: {
    sdl: `${link}
      interface I { id: ID! note: String }
      type A implements I @key(fields: "id") { id: ID! note: String }
      type B implements I @key(fields: "id") @inaccessible { id: ID! note: String }`,
    resolvers: { A: { __resolveReference: byId }, B: { __resolveReference: byId } },
  },
});
const withNotes = (object: object) => ({ ...object, note: 'id' in object ? `note on ${object.id}` : null });
const rootValue = {
  all: objects.map(withNotes),
  one: withNotes(one ?? {}),
  some: objects.map(withNotes),
  either: objects.map(withNotes),
};

test.each([
  '{ all { name } }',
  '{ all { __typename name } }',
  '{ all { ...F } } fragment F on I { name }',
  '{ all { note } }',
  '{ all { __typename note } }',
  '{ all { more { name } } }',
  '{ all { more { ... on A { name } } } }',
  '{ one { id } }',
  '{ one { __typename id } }',
  '{ some { name } }',
  '{ either { __typename } }',
  '{ either { ... on I { name } } }',
  '{ either { ... on A { name } } }',
])('%s', async (query) => {
  const answer = await world.ask(query);
  await expectSame(answer, query, {}, { schema: world.engine.schema, rootValue }, query);
  expect(JSON.stringify(answer)).not.toMatch(/hidden|"b[12]"/);
});

test('the error has the path of the object, and does not name its type', async () => {
  for (const query of ['{ all { name } }', '{ all { __typename name } }', '{ all { k: name } }']) {
    const { errors } = await world.ask(query);
    expect(errors).toEqual([
      {
        message: 'The answer for Query.all has no type that the schema allows.',
        path: ['all', 1],
        extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
      },
    ]);
  }
});

test('an @interfaceObject is asked for its type first', async () => {
  const { ask } = createWorld({
    things: {
      sdl: `${link}
        type Query { all: [I] }
        interface I @key(fields: "id") { id: ID! }
        type A implements I @key(fields: "id") { id: ID! }
        type B implements I @key(fields: "id") @inaccessible { id: ID! }`,
      resolvers: {
        I: {
          ...typeOf,
          __resolveReference: ({ id }: { id: string }) => ({ id, __typename: id[0]?.toUpperCase() }),
        },
        Query: { all: () => objects },
      },
    },
    likes: {
      sdl: `${link}
        type Query { favourites: [I] }
        type I @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
      resolvers: { Query: { favourites: () => [{ id: 'b1' }, { id: 'a1' }] }, I: { likes: () => 7 } },
    },
  });
  for (const [query, path] of [
    ['{ favourites { likes } }', ['favourites', 0]],
    ['{ all { likes } }', ['all', 1]],
  ] as const) {
    const { data, errors } = await ask(query);
    expect(data).toEqual(
      {
        favourites: { favourites: [null, { likes: 7 }] },
        all: { all: [{ likes: 7 }, null, { likes: 7 }] },
      }[path[0]],
    );
    expect(errors).toMatchObject([{ path }]);
  }
});

test('an @inaccessible type of mutations leaves a schema without mutations', async () => {
  const { engine, ask } = createWorld({
    one: {
      sdl: `${link} type Query { one: Int } type Mutation @inaccessible { add: Int }`,
      resolvers: { Query: { one: () => 1 } },
    },
  });
  expect(engine.schema.getMutationType()).toBeUndefined();
  expect(await ask('{ one }')).toEqual({ data: { one: 1 } });
});
