/**
 * An entity with a null in its key can't be looked up. Its fields are null, and the other entities are still looked up.
 * A null in a field that @requires names is sent like any other value, if its type allows null.
 */
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { SubgraphFailure, type SubgraphResponse, typeConditionsOf } from '../../../gateway/executor/index.ts';
import type { JsonObject } from '../../../gateway/executor/json.ts';
import {
  buildRepresentation,
  nullKeys,
} from '../../../gateway/executor/run/entities/build-representation.ts';
import { Failures } from '../../../gateway/executor/run/failures.ts';
import { federation2Link } from '../supergraphs/supergraph.ts';
import { compose, createWorld, fetchFrom, link, worldOf } from '../support/subgraphs.ts';

const books = [
  { id: '1', isbn: 'a', place: { hall: { number: 1 }, shelf: 's1' }, weight: 5 },
  { id: '2', isbn: null, place: { hall: null, shelf: 's2' }, weight: 7 },
  { id: '3', isbn: 'c', place: null, weight: null },
];

const subgraphs = {
  books: {
    sdl: `${link}
      type Query { books: [Book!]! media: [Medium!]! }
      interface Medium @key(fields: "isbn") { isbn: ID }
      type Book implements Medium @key(fields: "id") @key(fields: "isbn") @key(fields: "place { hall { number } shelf }") {
        id: ID! isbn: ID place: Place weight: Int
      }
      type Place @shareable { hall: Hall shelf: String }
      type Hall @shareable { number: Int }`,
    resolvers: {
      Query: { books: () => books, media: () => books },
      Medium: { __resolveType: () => 'Book' },
    },
  },
  loans: {
    sdl: `${link}
      type Book @key(fields: "isbn") { isbn: ID weight: Int @external loans: Int! fee: Int @requires(fields: "weight") note: String }`,
    resolvers: {
      Book: { loans: () => 2, note: () => 'n', fee: ({ weight }: { weight: number | null }) => weight ?? -1 },
    },
  },
  rooms: {
    sdl: `${link}
      type Book @key(fields: "place { hall { number } shelf }") { place: Place room: String }
      type Place @shareable { hall: Hall shelf: String }
      type Hall @shareable { number: Int }`,
    resolvers: {
      Book: { room: ({ place }: (typeof books)[0]) => `${place?.hall?.number} ${place?.shelf}` },
    },
  },
  likes: {
    sdl: `${link} type Medium @interfaceObject @key(fields: "isbn") { isbn: ID likes: Int }`,
    resolvers: { Medium: { likes: () => 9 } },
  },
};

/** These subgraphs fail the whole request if a key has a null, as some real subgraphs do. */
const fetch = fetchFrom(subgraphs);
const world = createWorld(subgraphs, async (request): Promise<SubgraphResponse> => {
  const isNull = JSON.stringify(request.variables).match(/"(isbn|hall|place)":null/) !== null;
  return isNull ? { data: null, errors: [{ message: 'A key is null.' }] } : fetch(request);
});

test('only the entity with the null key has null fields, and only the others are sent', async () => {
  const answer = await world.ask('{ books { id note } }');
  expect(answer).toEqual({
    data: {
      books: [
        { id: '1', note: 'n' },
        { id: '2', note: null },
        { id: '3', note: 'n' },
      ],
    },
  });
  expect(world.requests[1]?.variables).toEqual({
    representations: ['a', 'c'].map((isbn) => ({ __typename: 'Book', isbn })),
  });
});

test('if the field is non-null, the error is only at that entity', async () => {
  const { data, errors } = await createWorld(
    {
      ...subgraphs,
      books: { ...subgraphs.books, sdl: subgraphs.books.sdl.replace('[Book!]!', '[Book]!') },
    },
    world.fetch,
  ).ask('{ books { loans } }');
  expect(data).toEqual({ books: [{ loans: 2 }, null, { loans: 2 }] });
  expect(errors).toMatchObject([
    { path: ['books', 1, 'loans'], extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } },
  ]);
});

test('if no entity can be looked up, the subgraph is not asked', async () => {
  const withoutKeys = createWorld({
    ...subgraphs,
    books: {
      ...subgraphs.books,
      resolvers: { Query: { books: () => books.filter(({ isbn }) => isbn === null) } },
    },
  });
  expect(await withoutKeys.ask('{ books { note } }')).toEqual({ data: { books: [{ note: null }] } });
  expect(withoutKeys.requests.map(({ subgraph }) => subgraph)).toEqual(['books']);
});

test('a null in a required field is sent', async () => {
  const { data, errors } = await world.ask('{ books { fee } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({ books: [{ fee: 5 }, { fee: null }, { fee: -1 }] });
});

test('a key with objects is null if the object, or a field in it, is null', async () => {
  const { data, errors } = await world.ask('{ books { room } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({ books: [{ room: '1 s1' }, { room: null }, { room: null }] });
});

test('an entity with two keys is looked up if one of them is complete', () => {
  const types = typeConditionsOf(parse('type Book { id: ID isbn: ID }'));
  const field = (name: string) =>
    ({ kind: 'field', key: name, name, selections: undefined, nonNull: [] }) as const;
  const selections = ['__typename', 'id', 'isbn'].map(field);
  const keys = [[field('id')], [field('isbn')]];
  const requires = [{ kind: 'fragment', typeCondition: 'Book', selections, keys } as const];
  const representing = { requires, types };
  const book = (id: string | null, isbn: string | null) => ({ __typename: 'Book', id, isbn });
  const represented = (entity: JsonObject) => buildRepresentation(entity, representing, new Failures(types));
  expect(represented(book('1', null))).toEqual(book('1', null));
  expect(represented(book(null, 'a'))).toEqual(book(null, 'a'));
  expect(represented(book(null, null))).toBe(nullKeys);
});

test('an object of an interface is not looked up by a null key either', async () => {
  const { data, errors } = await world.ask('{ media { isbn likes } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    media: [
      { isbn: 'a', likes: 9 },
      { isbn: null, likes: null },
      { isbn: 'c', likes: 9 },
    ],
  });
});

describe('a requirement whose type is non-null', () => {
  const ids = ['1', '2', '3'];
  const weights: Record<string, object> = {
    1: { weight: 5, sizes: [1, 2], price: 10 },
    3: { weight: 7, sizes: [1, null], price: null },
  };
  const subgraphs = {
    books: {
      sdl: `${link} type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { books: () => ids.map((id) => ({ id })) } },
    },
    weights: {
      sdl: `${link} type Book @key(fields: "id") { id: ID! weight: Int! sizes: [Int!] price: Int }`,
      resolvers: { Book: { __resolveReference: ({ id }: { id: string }) => weights[id] ?? null } },
    },
    loans: {
      sdl: `${link}
        type Book @key(fields: "id") {
          id: ID! weight: Int! @external sizes: [Int!] @external price: Int @external note: String
          fee: Int @requires(fields: "weight") shelf: Int @requires(fields: "sizes") tax: Int @requires(fields: "price")
        }`,
      resolvers: {
        Book: {
          note: () => 'n',
          fee: ({ weight }: { weight: number }) => weight,
          shelf: ({ sizes }: { sizes: number[] | null }) => sizes?.length,
          tax: ({ price }: { price: number | null }) => price ?? 0,
        },
      },
    },
  };
  const isNull = {
    message: 'A value that this field requires is null.',
    extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
  };

  test('is not sent as null: the field is null with an error, and the others are answered', async () => {
    // This subgraph breaks its own schema. graphql-js would not do this, so the subgraph runs with a changed schema.
    const broken = fetchFrom({
      ...subgraphs,
      weights: { ...subgraphs.weights, sdl: subgraphs.weights.sdl.replace('[Int!]', '[Int]') },
    });
    const { ask, requests } = createWorld(subgraphs, broken);
    const { data, errors } = await ask('{ books { id note fee toll: fee shelf tax } }');
    expect(data).toEqual({
      books: [
        { id: '1', note: 'n', fee: 5, toll: 5, shelf: 2, tax: 10 },
        { id: '2', note: 'n', fee: null, toll: null, shelf: null, tax: 0 },
        { id: '3', note: 'n', fee: 7, toll: 7, shelf: null, tax: 0 },
      ],
    });
    expect(errors).toEqual([
      { ...isNull, path: ['books', 1, 'fee'] },
      { ...isNull, path: ['books', 1, 'toll'] },
      { ...isNull, path: ['books', 2, 'shelf'] },
    ]);
    expect(JSON.stringify(requests.map(({ variables }) => variables))).not.toContain('"weight":null');
  });

  test('fails alone if its subgraph fails', async () => {
    const fetchAll = fetchFrom(subgraphs);
    const { ask } = createWorld(subgraphs, (request) =>
      request.subgraph === 'weights'
        ? Promise.reject(new SubgraphFailure('weights', 'SUBGRAPH_UNAVAILABLE'))
        : fetchAll(request),
    );
    const { data, errors } = await ask('{ books { id note fee } }');
    expect(data).toEqual({ books: ids.map((id) => ({ id, note: 'n', fee: null })) });
    expect(errors).toMatchObject(
      ids.map((_, index) => ({
        path: ['books', index, 'fee'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'weights' },
      })),
    );
  });

  test('takes no null from a context either', async () => {
    const rooms = {
      sdl: `${federation2Link}
        type Query { rooms: [Room!]! }
        type Room @key(fields: "id") @context(name: "room") { id: ID! floor: Int! @external shelf: Shelf! }
        type Shelf @key(fields: "id") { id: ID! label(on: Int! @fromContext(field: "$room { floor }")): String }`,
      resolvers: {
        Query: { rooms: () => ids.map((id) => ({ id, shelf: { id } })) },
        Shelf: { label: ({ id }: { id: string }, { on }: { on: number }) => `${id} on ${on}` },
      },
    };
    const floors = {
      sdl: `${federation2Link} type Room @key(fields: "id") { id: ID! floor: Int! }`,
      resolvers: {
        Room: { __resolveReference: ({ id }: { id: string }) => (id === '2' ? null : { floor: 4 }) },
      },
    };
    // The composer of these tests rejects a nullable argument here, but other composers accept it.
    const nullable = { ...rooms, sdl: rooms.sdl.replace('on: Int!', 'on: Int') };
    const supergraph = compose({ rooms: nullable, floors }).replace('type: "Int"', 'type: "Int!"');
    const world = worldOf(createEngine(supergraph), fetchFrom({ rooms, floors }));
    const { data, errors } = await world.ask('{ rooms { shelf { label } } }');
    expect(data).toEqual({
      rooms: [{ shelf: { label: '1 on 4' } }, { shelf: { label: null } }, { shelf: { label: '3 on 4' } }],
    });
    expect(errors).toEqual([{ ...isNull, path: ['rooms', 1, 'shelf', 'label'] }]);
  });
});
