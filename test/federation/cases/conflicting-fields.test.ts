/**
 * The gateway's requests are valid in the subgraph's own schema. There, fields with the same response key must have the
 * same type (FieldsInSetCanMerge in the GraphQL specification). So the gateway gives fields of different types
 * different keys, and restores the client's keys in the answers.
 */
import { expect, test } from 'vitest';
import { type DataObject, federation2, read, subgraphsOf } from '../supergraphs/supergraph.ts';
import { createWorld, link, type Subgraph } from '../support/subgraphs.ts';

const named = { __resolveReference: ({ id }: { id: string }) => ({ name: `n${id}` }) };

/** A subgraph with one entity type for each given type of `id`. Each entity type has a `name`. */
function names(keys: Readonly<Record<string, string>>): Subgraph {
  const types = Object.entries(keys);
  return {
    sdl: `${link} ${types.map(([type, id]) => `type ${type} @key(fields: "id") { id: ${id} name: String }`).join(' ')}`,
    resolvers: Object.fromEntries(types.map(([type]) => [type, named])),
  };
}

test('key fields of different types, two levels deep, are looked up under keys of their own', async () => {
  const world = createWorld({
    things: {
      sdl: `${link}
        type Query { things: [DataObject] }
        union DataObject = Cup | Pot | Jug
        type Cup { of: Maker }
        type Pot { of: Potter }
        type Jug { of: Guild }
        type Maker @key(fields: "id") { id: ID! }
        type Potter @key(fields: "id") { id: ID }
        type Guild @key(fields: "id") { id: Int! }`,
      resolvers: {
        Query: {
          things: () => [
            { __typename: 'Cup', of: { id: '1' } },
            { __typename: 'Pot', of: { id: '2' } },
            { __typename: 'Jug', of: { id: 3 } },
          ],
        },
      },
    },
    names: names({ Maker: 'ID!', Potter: 'ID', Guild: 'Int!' }),
  });
  const query =
    '{ things { ... on Cup { of { name } } ... on Pot { of { name } } ... on Jug { of { name } } } }';
  expect(await world.ask(query)).toEqual({
    data: { things: [{ of: { name: 'n1' } }, { of: { name: 'n2' } }, { of: { name: 'n3' } }] },
  });
  expect(world.requests[1]?.variables.representations).toEqual([
    { __typename: 'Maker', id: '1' },
    { __typename: 'Potter', id: '2' },
    { __typename: 'Guild', id: 3 },
  ]);
});

const works = {
  things: {
    sdl: `${link}
      type Query { works: [Work] }
      interface Work { title: String author: Author }
      type Book implements Work @key(fields: "id") {
        id: ID! title: String! @shareable author: Author! @shareable pages: Int
      }
      type Film implements Work { title: String author: Author minutes: Int }
      type Author @shareable { name: String! born: Int next: Author }`,
    resolvers: {
      Query: {
        works: () => [
          { __typename: 'Book', id: '1', title: 'B', author: { name: 'b', born: 1, next: { name: 'c' } } },
          { __typename: 'Film', title: 'F', author: { name: 'f', born: 2 } },
        ],
      },
    },
  },
  others: {
    sdl: `${link}
      type Book @key(fields: "id") { id: ID! title: String @shareable author: Author @shareable loans: Int }
      type Author @shareable { name: String! born: Int next: Author }`,
    resolvers: { Book: { loans: () => 4 } },
  },
};

test('fields that have one type for clients and several in the subgraph are answered', async () => {
  const world = createWorld(works);
  expect(await world.ask('{ works { ... on Book { title pages } ... on Film { title minutes } } }')).toEqual({
    data: {
      works: [
        { title: 'B', pages: null },
        { title: 'F', minutes: null },
      ],
    },
  });
});

test('an object that is requested under two keys is merged into one', async () => {
  const world = createWorld(works);
  const query = `{ works { title author { name next { name } }
    ... on Work { ... on Book { title author { born next { born } } loans } } } }`;
  expect(await world.ask(query)).toEqual({
    data: {
      works: [
        { title: 'B', author: { name: 'b', next: { name: 'c', born: null }, born: 1 }, loans: 4 },
        { title: 'F', author: { name: 'f', next: null } },
      ],
    },
  });
});

test('an error under such a key gets the path of the client', async () => {
  const author = {
    name: 'b',
    born: () => {
      throw new Error('no register');
    },
  };
  const world = createWorld({
    ...works,
    things: {
      ...works.things,
      resolvers: { Query: { works: () => [{ __typename: 'Book', id: '1', title: 'B', author }] } },
    },
  });
  const query = '{ works { author { name } ... on Book { author { year: born } } } }';
  expect(await world.ask(query)).toMatchObject({
    data: { works: [{ author: { name: 'b', year: null } }] },
    errors: [{ message: 'no register', path: ['works', 0, 'author', 'year'] }],
  });
});

test('a requirement has a leaf of one type, and a field of objects of the same name of another', async () => {
  const shapes: DataObject[] = [
    { __typename: 'Cup', id: 'c', size: { litres: 3 } },
    { __typename: 'Pot', id: 'p', size: 'large' },
  ];
  const shelf: DataObject = {
    __typename: 'Shelf',
    id: 's',
    things: shapes,
    label(this: DataObject) {
      return JSON.stringify(read(this, 'things'));
    },
  };
  const world = createWorld(
    subgraphsOf({
      subgraphs: {
        shelves: federation2`
          type Query { shelf: Shelf }
          type Shelf @key(fields: "id") { id: ID! things: [Thing] }
          union Thing = Cup | Pot
          type Cup { size: Size @shareable }
          type Pot { size: String @shareable }
          type Size @shareable { litres: Int }`,
        labels: federation2`
          type Shelf @key(fields: "id") {
            id: ID! things: [Thing] @external
            label: String @requires(fields: "things { ... on Cup { size { litres } } ... on Pot { size } }")
          }
          union Thing = Cup | Pot
          type Cup { size: Size @shareable }
          type Pot { size: String @shareable }
          type Size @shareable { litres: Int }`,
      },
      entities: [shelf],
      root: { shelf: () => shelf },
    }),
  );
  const answer = await world.ask('{ shelf { label } }');
  expect(answer.errors).toBeUndefined();
  expect(world.requests[1]?.variables.representations).toEqual([
    {
      __typename: 'Shelf',
      id: 's',
      things: [
        { __typename: 'Cup', size: { litres: 3 } },
        { __typename: 'Pot', size: 'large' },
      ],
    },
  ]);
});
