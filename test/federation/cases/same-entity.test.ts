/**
 * An entity that occurs many times is fetched once. Its occurrences become one object if no lookup distinguishes them.
 * The fields and errors of one occurrence never appear at another occurrence.
 */
import { expect, test } from 'vitest';
import type { SubgraphResponse } from '../../../gateway/executor/index.ts';
import { graph as benchmarkGraph } from '../../bench/gateway/graph.ts';
import { queries } from '../../bench/gateway/queries.ts';
import { ask as askOwn, patron } from '../../unit/gateway/executor/canned.ts';
import { createWorld, link } from '../support/subgraphs.ts';

const subgraphs = {
  shelves: {
    sdl: `${link}
      type Query { shelves: [Shelf!] front: [Product!] back: [Product!] works: [Work!] }
      type Shelf { note: String product: Product }
      type Product @key(fields: "upc") { upc: ID! note: String }
      interface Work { product: Product }
      type Book implements Work { product: Product }
      type Film implements Work { product: Product }`,
  },
  stock: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! count: Int place: String }`,
  },
  reviews: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! reviews: [Review!] }
      type Review { id: ID body: String }`,
  },
};

const product = (more: object = {}) => ({ __typename: 'Product', upc: 'p1', ...more });

/**
 * Sends a query to the gateway. *shelves* answers with the data `shelves`, and the other subgraphs answer with
 * `others`. Answers go through JSON, as over HTTP.
 */
function ask(query: string, shelves: object, others: (operation: string) => SubgraphResponse) {
  const world = createWorld(subgraphs, async ({ subgraph, operation }) =>
    JSON.parse(JSON.stringify(subgraph === 'shelves' ? { data: shelves } : others(operation))),
  );
  return world.ask(query).then((answer) => ({ answer, requests: world.requests }));
}

const shelves = { shelves: [{ product: product() }, { product: product() }, { product: product() }] };

test('it is requested once, and all its occurrences have all fields', async () => {
  const { answer, requests } = await ask('{ shelves { product { upc count } } }', shelves, () => ({
    data: { _entities: [{ count: 7 }] },
  }));
  const whole = { product: { upc: 'p1', count: 7 } };
  expect(answer).toEqual({ data: { shelves: [whole, whole, whole] } });
  expect(requests[1]?.variables).toEqual({ representations: [product()] });
});

test('an error about it is reported at each of its occurrences', async () => {
  const { answer } = await ask('{ shelves { product { count place } } }', shelves, () => ({
    data: { _entities: [{ count: null, place: 'here' }] },
    errors: [{ message: 'Not counted.', path: ['_entities', 0, 'count'] }],
  }));
  expect(answer.data).toEqual({
    shelves: [0, 1, 2].map(() => ({ product: { count: null, place: 'here' } })),
  });
  expect(answer.errors?.map(({ path }) => path)).toEqual(
    [0, 1, 2].map((index) => ['shelves', index, 'product', 'count']),
  );
});

test('an invalid value of it is reported at each of its occurrences', async () => {
  const { answer } = await ask('{ shelves { product { count place } } }', shelves, () => ({
    data: { _entities: [{ count: 'many', place: 'here' }] },
  }));
  expect(answer.errors?.map(({ path }) => path)).toEqual(
    [0, 1, 2].map((index) => ['shelves', index, 'product', 'count']),
  );
});

test('a field that one occurrence has besides the key stays there', async () => {
  const notes = ['top', 'bottom', 'top'];
  const { answer } = await ask(
    '{ shelves { product { note count } } }',
    { shelves: notes.map((note) => ({ product: product({ note }) })) },
    () => ({ data: { _entities: [{ count: 7 }] } }),
  );
  expect(answer).toEqual({ data: { shelves: notes.map((note) => ({ product: { note, count: 7 } })) } });
});

test('two fields that lead to it may have different lists of it', async () => {
  const { answer } = await ask(
    '{ front { count reviews { id } } back { count reviews { body } } }',
    { front: [product(), product()], back: [product()] },
    (operation) => {
      if (operation.includes('count')) {
        return { data: { [/(\w+): ?_entities/.exec(operation)?.[1] ?? '_entities']: [{ count: 7 }] } };
      }
      const [first, second] = [...operation.matchAll(/(\w+): ?_entities/g)].map(([, alias]) => alias ?? '');
      const ids = [{ reviews: [{ id: 'r1' }, { id: 'r2' }] }];
      const bodies = [{ reviews: [{ body: 'Fine.' }] }];
      const idsFirst = operation.indexOf('reviews{id}') < operation.indexOf('reviews{body}');
      return {
        data: { [first ?? '']: idsFirst ? ids : bodies, [second ?? '']: idsFirst ? bodies : ids },
      };
    },
  );
  const ids = { count: 7, reviews: [{ id: 'r1' }, { id: 'r2' }] };
  expect(answer).toEqual({
    data: { front: [ids, ids], back: [{ count: 7, reviews: [{ body: 'Fine.' }] }] },
  });
});

test('objects of different types may select different fields of it', async () => {
  const { answer } = await ask(
    '{ works { ... on Book { product { count } } ... on Film { product { count upc place } } } }',
    {
      works: ['Book', 'Film', 'Book'].map((__typename) => ({ __typename, product: product() })),
    },
    (operation) => ({
      data: Object.fromEntries(
        [...operation.matchAll(/(?:(\w+): ?)?_entities\(/g)].map(([, alias]) => [
          alias ?? '_entities',
          [{ count: 7, place: 'here' }],
        ]),
      ),
    }),
  );
  const ofBook = { product: { count: 7 } };
  expect(answer).toEqual({
    data: { works: [ofBook, { product: { count: 7, upc: 'p1', place: 'here' } }, ofBook] },
  });
});

test('it is not looked up for objects of a type that selects nothing of it', async () => {
  const { requests } = await ask(
    '{ works { ... on Book { product { count } } } }',
    {
      works: [
        { __typename: 'Book', product: product() },
        { __typename: 'Film', product: { __typename: 'Product', upc: 'p2' } },
      ],
    },
    () => ({ data: { _entities: [{ count: 7 }] } }),
  );
  expect(requests[1]?.variables).toEqual({ representations: [product()] });
});

test('an entity that occurs twice with different fields stays two objects', async () => {
  const loan = { node: { id: 'L', credential: { __typename: 'Credential', libraryCardNumber: 'C1' } } };
  const answer = await askOwn(
    '{ me { a: loans(first: 2) { edges { node { credential { patron { id } } } } } b: loans(first: 3) { edges { node { credential { patron { name { english } } } } } } } }',
    {
      credentials: (operation) =>
        operation.includes('_entities')
          ? {
              data: Object.fromEntries(
                [...operation.matchAll(/(?:(\w+): ?)?_entities\(/g)].map(([, alias]) => [
                  alias ?? '_entities',
                  [{ patron: { __typename: 'Patron', id: 'P1' } }],
                ]),
              ),
            }
          : { data: { me: patron } },
      circulation: (operation) => ({
        data: {
          _entities: [
            Object.fromEntries(
              [...operation.matchAll(/(\w+): ?loans/g)].map(([, key]) => [key, { edges: [loan, loan] }]),
            ),
          ],
        },
      }),
      patrons: (operation) => ({
        data: {
          [/(?:(\w+): ?)?_entities\(/.exec(operation)?.[1] ?? '_entities']: [{ name: { english: 'A' } }],
        },
      }),
    },
  );
  const withId = { node: { credential: { patron: { id: 'P1' } } } };
  const withName = { node: { credential: { patron: { name: { english: 'A' } } } } };
  expect(answer).toEqual({
    data: { me: { a: { edges: [withId, withId] }, b: { edges: [withName, withName] } } },
  });
});

test('in the library’s graph, a fragment on one kind of credential gets its fields of the patron', async () => {
  const card = (type: string) => ({
    __typename: type,
    patron: { __typename: 'Patron', id: 'P1', cardNumbers: ['C1'] },
  });
  const answer = await askOwn(
    '{ patron(id: "P1") { credentials { patron { name { english } } ... on LibraryCard { patron { loanQuota { used } } } } } }',
    {
      patrons: (operation) =>
        operation.includes('_entities')
          ? { data: { _entities: [{ name: { english: 'A' } }] } }
          : { data: { patron: { __typename: 'Patron', id: 'P1' } } },
      credentials: (operation) => ({
        data: {
          _entities: [
            operation.includes('credentials')
              ? { credentials: [card('SmartIdCard'), card('LibraryCard'), card('LibraryCard')] }
              : { cardNumbers: ['C1'] },
          ],
        },
      }),
      circulation: { data: { _entities: [{ loanQuota: { used: 2 } }] } },
    },
  );
  const name = { english: 'A' };
  const onLibraryCard = { patron: { name, loanQuota: { used: 2 } } };
  expect(answer).toEqual({
    data: { patron: { credentials: [{ patron: { name } }, onLibraryCard, onLibraryCard] } },
  });
});

const typed = {
  shelves: {
    sdl: `${link}
      type Query { works: [Work!] }
      interface Work { product: Product }
      type Book implements Work { product: Product }
      type Film implements Work { product: Product }
      type Product @key(fields: "upc") { upc: ID! }`,
    resolvers: {
      Query: {
        works: () =>
          ['Film', 'Book', 'Film', 'Book'].map((__typename) => ({ __typename, product: { upc: 'p1' } })),
      },
    },
  },
  stock: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! count: Int maker: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
    resolvers: { Product: { count: () => 7, maker: () => ({ id: 'm1' }) } },
  },
  makers: {
    sdl: `${link}
      type Maker @key(fields: "id") { id: ID! name: String place: String }`,
    resolvers: { Maker: { name: () => 'A Maker', place: () => 'Here' } },
  },
  places: {
    sdl: `${link}
      type Product @key(fields: "upc") { upc: ID! place: String weight: Int }`,
    resolvers: { Product: { place: () => 'here', weight: () => 3 } },
  },
};

test.each([
  [
    'another fetch',
    '{ works { product { count } ... on Book { product { place } } } }',
    { count: 7 },
    { count: 7, place: 'here' },
  ],
  [
    'the same fetch',
    '{ works { product { place } ... on Book { product { weight } } } }',
    { place: 'here' },
    { place: 'here', weight: 3 },
  ],
  [
    'a fetch for each type',
    '{ works { product { count } ... on Book { product { place } } ... on Film { product { weight } } } }',
    { count: 7, weight: 3 },
    { count: 7, place: 'here' },
  ],
  [
    'a nested entity',
    '{ works { product { maker { name } } ... on Book { product { maker { place } } } } }',
    { maker: { name: 'A Maker' } },
    { maker: { name: 'A Maker', place: 'Here' } },
  ],
  [
    'a nested entity, for each type',
    '{ works { product { count } ... on Book { product { maker { place } } } ... on Film { product { maker { name } } } } }',
    { count: 7, maker: { name: 'A Maker' } },
    { count: 7, maker: { place: 'Here' } },
  ],
])('a field that only some of its occurrences select is only there: %s', async (_, query, film, book) => {
  const answer = await createWorld(typed).ask(query);
  expect(answer).toEqual({ data: { works: [film, book, film, book].map((product) => ({ product })) } });
});

/** The number of different objects in an answer. */
function distinctObjects(value: unknown, seen = new Set<object>()): number {
  if (typeof value === 'object' && value !== null && !seen.has(value)) {
    seen.add(value);
    for (const below of Object.values(value)) {
      distinctObjects(below, seen);
    }
  }
  return seen.size;
}

test('the heavy query of the benchmark looks no entity up twice, and projects a shared object once', async () => {
  const world = createWorld(benchmarkGraph);
  const { data, errors } = await world.ask(queries.heavy, { variables: { branch: 0 } });
  expect(errors).toBeUndefined();
  const representations = world.requests.flatMap(({ variables }) =>
    Object.values(variables).filter((value) => Array.isArray(value)),
  );
  for (const list of representations) {
    expect(new Set(list.map((representation) => JSON.stringify(representation))).size).toBe(list.length);
  }
  expect({
    requests: world.requests.length,
    representations: representations.flat().length,
    objects: distinctObjects(data),
    occurrences: (JSON.stringify(data).match(/[{[]/g) ?? []).length,
  }).toEqual({ requests: 6, representations: 33, objects: 722, occurrences: 1054 });
});
