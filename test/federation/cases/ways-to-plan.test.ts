/**
 * The gateway rewrites the supergraph in several ways for the planner. A rewrite never breaks an operation that can be
 * planned without it.
 */
import { describe, expect, test } from 'vitest';
import { type DataObject, federation2, read, subgraphsOf } from '../supergraphs/supergraph.ts';
import { createWorld, link } from '../support/subgraphs.ts';

const items = [
  { id: '1', name: 'n1', size: 1 },
  { id: '2', name: 'n2', size: 2 },
];

test('fields with @requires are planned if one of their subgraphs has several keys of the entity', async () => {
  const place = (id: string, height: number) => ({ __typename: 'Place', id, height });
  const height = (item: DataObject, field: string) => Reflect.get(Object(read(item, field)), 'height');
  const item = {
    __typename: 'Item',
    id: '1',
    code: 'c1',
    shelf: place('p1', 3),
    floor: place('p2', 5),
    way(this: DataObject) {
      return height(this, 'floor') - height(this, 'shelf');
    },
    depth(this: DataObject) {
      return -height(this, 'floor');
    },
  };
  const world = createWorld(
    subgraphsOf({
      subgraphs: {
        ways: federation2`
          type Query { item: Item }
          type Place @shareable { id: ID! height: Int }
          type Item @key(fields: "id") {
            id: ID shelf: Place! @external floor: Place @external
            way: Int @requires(fields: "floor { height } shelf { height }")
          }`,
        shelves: federation2`
          type Place @shareable { id: ID! height: Int }
          type Item @key(fields: "id") @key(fields: "id shelf { id }") {
            id: ID code: ID! @shareable shelf: Place! floor: Place @external
            depth: Int @requires(fields: "floor { height }")
          }`,
        floors: federation2`
          type Place @shareable { id: ID! height: Int }
          type Item @key(fields: "code") { code: ID! floor: Place }`,
      },
      entities: [item],
      root: { item: () => item },
    }),
  );
  expect(await world.ask('{ item { way depth } }')).toEqual({ data: { item: { way: 2, depth: -5 } } });
});

/** Two fields provide different fields of a type. Only *shops* has the second item. */
const shops = () =>
  createWorld({
    shops: {
      sdl: `${link}
        type Query { named: Item @provides(fields: "name") shelf: Shelf bare: Item }
        type Shelf { item: Item @provides(fields: "size") }
        type Item @key(fields: "id") { id: ID! name: String @external size: Int @external }`,
      resolvers: {
        Query: { named: () => items[0], shelf: () => ({ item: items[1] }), bare: () => items[0] },
      },
    },
    items: {
      sdl: `${link} type Item @key(fields: "id") { id: ID! name: String @shareable size: Int @shareable }`,
      resolvers: { Item: { __resolveReference: ({ id }: { id: string }) => (id === '1' ? items[0] : null) } },
    },
  });

test('a provided field is taken from the place that provides it', async () => {
  const world = shops();
  expect(await world.ask('{ shelf { item { size } } }')).toEqual({ data: { shelf: { item: { size: 2 } } } });
  expect(world.requests).toHaveLength(1);
});

test('a field that is not provided is fetched from the subgraph that owns it', async () => {
  const world = shops();
  expect(await world.ask('{ bare { name } named { name } }')).toEqual({
    data: { bare: { name: 'n1' }, named: { name: 'n1' } },
  });
  expect(await world.ask('{ named { size } }')).toEqual({ data: { named: { size: 1 } } });
});

const things = [
  { __typename: 'Cup', id: '1', sign: { __typename: 'Stamp', id: '3' } },
  { __typename: 'Pot', id: '2', sign: { __typename: 'Paint', id: '4' } },
];

test.each([
  ['{ things { sign { year } } }', [{ sign: { year: 30 } }, { sign: { year: 40 } }]],
  [
    '{ things { sign { ...F } } } fragment F on Sign { year ... on Paint { id } }',
    [{ sign: { year: 30 } }, { sign: { year: 40, id: '4' } }],
  ],
])('a field of an interface has another type on each implementing type: %s', async (query, expected) => {
  const year = { year: ({ id }: { id: string }) => 10 * Number(id) };
  const world = createWorld({
    things: {
      sdl: `${link}
        type Query { things: [Thing] }
        interface Thing { id: ID! sign: Sign }
        type Cup implements Thing @key(fields: "id") { id: ID! sign: Stamp @shareable }
        type Pot implements Thing @key(fields: "id") { id: ID! sign: Paint }
        interface Sign { id: ID! }
        type Stamp implements Sign @key(fields: "id") { id: ID! }
        type Paint implements Sign @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { things: () => things } },
    },
    signs: {
      sdl: `${link}
        interface Thing { id: ID! sign: Sign }
        type Cup implements Thing @key(fields: "id") { id: ID! sign: Stamp @shareable }
        interface Sign { id: ID! year: Int }
        type Stamp implements Sign @key(fields: "id") { id: ID! year: Int }
        type Paint implements Sign @key(fields: "id") { id: ID! year: Int }`,
      resolvers: { Stamp: year, Paint: year, Cup: { sign: () => things[0]?.sign } },
    },
  });
  expect(await world.ask(query)).toEqual({ data: { things: expected } });
});

/** Decision 42. Both subgraphs break the promise that they make by @shareable. */
describe('a shared field of which two subgraphs say different things', () => {
  const film = { __typename: 'Film', title: 'Alien' };
  const world = createWorld({
    first: {
      sdl: `${link}
        type Query { item: Item @shareable me: User @shareable }
        union Item = Book
        type Book @shareable { title: String }
        type User @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Query: { item: () => null, me: () => ({ id: '1', name: 'Ada' }) } },
    },
    second: {
      sdl: `${link}
        type Query { item: Item @shareable me: User @shareable }
        union Item = Book | Film
        type Book @shareable { title: String pages: Int }
        type Film { title: String }
        type User @key(fields: "id") { id: ID! age: Int }`,
      resolvers: { Query: { item: () => film, me: () => ({ id: '2', age: 36 }) } },
    },
  });

  test('has a member that only one of them knows, with its fields, where that one is asked', async () => {
    expect(await world.ask('{ item { ... on Film { title } ... on Book { pages } } }')).toEqual({
      data: { item: { title: 'Alien' } },
    });
    expect(await world.ask('{ item { ... on Film { title } } }')).toEqual({ data: { item: null } });
  });

  test('has what each of them is asked for, at the same time', async () => {
    expect(await world.ask('{ me { id name age } }')).toEqual({
      data: { me: { id: '1', name: 'Ada', age: 36 } },
    });
    expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['first', 'second']);
  });
});
