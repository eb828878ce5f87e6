import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../../../gateway/engine/engine.ts';
import type { GraphQLResult, IncrementalFormat } from '../../../../gateway/engine/request.ts';

function supergraphOf(sdl: string, imported = '"@cost", "@listSize"'): string {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])\n`;
  const result = composeServices([{ name: 'one', url: 'http://one', typeDefs: parse(link + sdl) }]);
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}

const sdl = `
  type Query {
    name: String
    thing: Thing
    things: [Thing]
    grid: [[Thing]]
    node: Node
    either: Either
    dear: String @cost(weight: 100)
    told(first: Int = 3, last: Int): [Thing] @listSize(slicingArguments: ["first", "last"], assumedSize: 7)
    asked(first: Int, last: Int): [Thing] @listSize(slicingArguments: ["first", "last"])
    any(first: Int, last: Int): [Thing]
      @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false, assumedSize: 50)
    few: [Thing] @listSize(assumedSize: 2)
    page(first: Int): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
    find(by: By, all: [By], limit: Int @cost(weight: 4)): String
    weighed(by: By @cost(weight: 7)): String
  }
  type Mutation { change: Thing }
  type Thing { id: ID! things: [Thing] heavy: Heavy mark: Mark coded: Code node: Node }
  type Heavy @cost(weight: 30) { id: ID! }
  scalar Mark @cost(weight: 2)
  enum Code @cost(weight: 3) { A }
  interface Node { id: ID! }
  type Near implements Node { id: ID! things: [Thing] }
  type Far implements Node @cost(weight: 9) { id: ID! @cost(weight: 5) things: [Thing] }
  union Either = Near | Heavy
  type Page { nodes: [Thing] total: Int others: [Thing] }
  input By { name: String @cost(weight: 6) or: By }`;

const limits = { maxCost: -1, assumedListSize: 10 };
const engine = createEngine(supergraphOf(sdl), { limits });

async function ask(
  query: string,
  variables: object = {},
  of: Engine = engine,
  incremental?: IncrementalFormat,
): Promise<GraphQLResult> {
  const document = parse(query);
  expect(validate(of.schema, document)).toEqual([]);
  return of.execute({
    document,
    variables: { ...variables },
    incremental,
    shared: null,
    allowance: null,
    fetch: () => Promise.reject(new Error('nothing is to be fetched')),
  });
}

async function costOf(query: string, variables: object = {}, of: Engine = engine): Promise<unknown> {
  const { errors, data } = await ask(query, variables, of);
  expect(data).toBeUndefined();
  return (
    (errors?.[0]?.extensions?.cost as { estimated: number } | undefined)?.estimated ?? errors?.[0]?.message
  );
}

describe('what an operation costs', () => {
  test.each<[string, string, number, object?]>([
    ['leaves are free', '{ name a: name __typename }', 0],
    ['an object weighs 1', '{ thing { id } }', 1],
    ['a list without @listSize has ten items', '{ things { id } }', 10],
    ['items of items', '{ things { things { id } } }', 110],
    ['a list of lists', '{ grid { id } }', 100],
    ['a weight of a field', '{ dear }', 100],
    ['a weight of a type', '{ thing { heavy { id } } }', 31],
    ['weights of a scalar and an enum', '{ thing { mark coded } }', 6],
    ['the heaviest implementation of an interface, with its fields', '{ node { id } }', 9 + 5],
    ['the heaviest of a union', '{ either { __typename } }', 30],
    ['a mutation', 'mutation { change { id } }', 11],
    ['introspection', '{ __schema { types { name } } }', 0],
    ['the same field twice', '{ things { id } things { id things { id } } }', 110],
    ['the same fragment twice', '{ thing { ...F ...F } } fragment F on Thing { things { id } }', 11],
    [
      'fragments of several types together',
      '{ thing { node { ... on Near { things { id } } ... on Far { things { id } } } } }',
      1 + 9 + 10,
    ],
    ['an argument’s weight', '{ find(limit: 1) }', 4],
    ['an input object weighs 1', '{ find(by: {}) }', 1],
    ['input objects in an input object', '{ find(by: { or: { or: {} } }) }', 3],
    ['an argument’s weight in place of its input object’s', '{ weighed(by: { or: {} }) }', 7 + 1],
    ['an argument that is null', '{ find(by: null) }', 0],
    ['weights within inputs', '{ find(by: { name: "a", or: { name: "b" } }) }', 12 + 2],
    ['weights of each item of an input list', '{ find(all: [{ name: "a" }, { name: "b" }, {}]) }', 12 + 3],
    [
      'inputs in variables',
      'query($b: By, $l: Int) { find(by: $b, limit: $l) }',
      6 + 1,
      { b: { name: 'a' } },
    ],
    [
      'fields that conditions leave out',
      '{ things @skip(if: true) { id } thing @include(if: true) { id } }',
      1,
    ],
    [
      'what a variable leaves out',
      'query($no: Boolean!) { things @include(if: $no) { id } thing { id } }',
      1,
      { no: false },
    ],
  ])('%s', async (_what, query, cost, variables) => {
    expect(await costOf(query, variables)).toBe(cost);
  });
});

test('a deferred block costs 1 for each of its objects, if the client takes parts', async () => {
  const query = '{ things { id ... @defer { mark } ... @defer(if: false) { coded } } }';
  const { errors } = await ask(query, {}, engine, 'v0.2');
  expect(errors?.[0]?.extensions?.cost).toMatchObject({ estimated: 10 * (1 + 1 + 2 + 3) });
  expect(await costOf(query)).toBe(10 * (1 + 2 + 3));
});

describe('the size of a list', () => {
  test.each<[string, string, unknown, object?]>([
    ['an assumed size', '{ few { id } }', 2],
    ['a slicing argument', '{ told(first: 4) { id } }', 4],
    ['a slicing argument in a variable', 'query($n: Int) { told(first: $n) { id } }', 6, { n: 6 }],
    ['the default of a slicing argument', '{ told { id } }', 3],
    ['the default, for a variable that is not given', 'query($n: Int) { told(first: $n) { id } }', 3],
    ['the assumed size where it is null', '{ any(first: null) { id } }', 50],
    ['another argument than the one with the default', '{ told(last: 5) { id } }', 5],
    ['the larger of two arguments', '{ any(first: 4, last: 6) { id } }', 6],
    ['no size below zero', '{ told(first: -4) { id } }', 0],
    ['the size of the sized fields', '{ page(first: 4) { nodes { id } others { id } } }', 1 + 4 + 10],
    [
      'the size of a sized field in a fragment',
      '{ page(first: 4) { ...P } } fragment P on Page { nodes { id } }',
      5,
    ],
    [
      'no argument where one is required',
      '{ asked { id } }',
      '`Query.asked` takes exactly one of first, last.',
    ],
    [
      'two arguments where one is required',
      '{ told(first: 1, last: 2) { id } }',
      '`Query.told` takes exactly one of first, last.',
    ],
  ])('%s', async (_what, query, cost, variables) => {
    expect(await costOf(query, variables)).toBe(cost);
  });

  test('a slicing argument inside an input object', async () => {
    // Our composition library rejects such a path, but other composers accept it.
    const supergraph = supergraphOf(`
      type Query { find(page: Page, first: Int): [Thing] @listSize(slicingArguments: ["first"]) }
      input Page { first: Int = 8 }
      type Thing { id: ID! }`).replace('slicingArguments: ["first"]', 'slicingArguments: ["page.first"]');
    const paged = createEngine(supergraph, { limits });
    expect(await costOf('{ find(page: { first: 4 }) { id } }', {}, paged)).toBe(4 + 1);
    expect(await costOf('{ find(page: {}) { id } }', {}, paged)).toBe(8 + 1);
    expect(await costOf('query($p: Page) { find(page: $p) { id } }', { p: { first: 2 } }, paged)).toBe(2 + 1);
  });
});

test('the directives have the names under which the supergraph links them', async () => {
  const renamed = supergraphOf(
    `type Query { dear: String @price(weight: 5) few: [Thing] @sized(assumedSize: 3) } type Thing { id: ID! }`,
    '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@sized" }',
  );
  expect(await costOf('{ dear few { id } }', {}, createEngine(renamed, { limits }))).toBe(8);
});

describe('a field with @requires', () => {
  const federation = (imported: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])\n`;
  const result = composeServices([
    {
      name: 'books',
      url: 'http://books',
      typeDefs: parse(`${federation('"@key", "@inaccessible", "@listSize", "@cost"')}
        type Query { book: Book books: [Book] @listSize(assumedSize: 3) }
        type Book @key(fields: "id") {
          id: ID!
          pages: Int
          parts: [Part] @inaccessible
          chapters(first: Int): [Chapter] @listSize(slicingArguments: ["first"])
          paper: Paper
        }
        type Paper { weight: Int @cost(weight: 5) }
        type Chapter { weight: Int }
        type Part @inaccessible { weight: Int }`),
    },
    {
      name: 'post',
      url: 'http://post',
      typeDefs: parse(`${federation('"@key", "@external", "@requires"')}
        type Book @key(fields: "id") {
          id: ID!
          pages: Int @external
          parts: [Part] @external
          chapters(first: Int): [Chapter] @external
          paper: Paper @external
          ofLeaf: Int @requires(fields: "pages")
          ofParts: Int @requires(fields: "parts { weight }")
          ofPaper: Int @requires(fields: "paper { weight }")
          ofChapters: Int @requires(fields: "chapters(first: 4) { weight }")
          ofAll: Int @requires(fields: "chapters { weight }")
        }
        type Chapter { weight: Int @external }
        type Part { weight: Int @external }
        type Paper { weight: Int @external }`),
    },
  ]);
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  const post = createEngine(result.supergraphSdl, { limits });

  test.each([
    ['leaves are free', '{ book { ofLeaf } }', 1],
    ['objects that clients do not see', '{ book { ofParts } }', 1 + 10],
    ['a required field with a weight', '{ book { ofPaper } }', 1 + 1 + 5],
    ['a required field with a slicing argument', '{ book { ofChapters } }', 1 + 4],
    ['a required field without the slicing argument of its list', '{ book { ofAll } }', 1 + 10],
    ['once for each object', '{ books { ofPaper } }', 3 * (1 + 1 + 5)],
    [
      'also if the operation selects what is required',
      '{ book { ofPaper paper { weight } } }',
      1 + 2 * (1 + 5),
    ],
    ['for each field that requires', '{ book { ofPaper ofParts } }', 1 + (1 + 5) + 10],
  ])('costs what it requires: %s', async (_what, query, cost) => {
    expect(await costOf(query, {}, post)).toBe(cost);
  });

  test('costs also what its requirement requires, and no more than once if that never ends', async () => {
    const subgraph = (fields: string) => `
      type Query @join__type(graph: A) @join__type(graph: B) { node: Node @join__field(graph: A) }
      type Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID! ${fields} }`;
    const sdl = `
      schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
      enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
      ${subgraph(`
        next: Node @join__field(graph: A)
        x: Int @join__field(graph: B, requires: "next { y }")
        y: Int @join__field(graph: B, requires: "next { id }")
        z: Int @join__field(graph: B, requires: "next { z }") @join__field(graph: A)`)}`;
    const chained = createEngine(sdl, { limits });
    expect(await costOf('{ node { x } }', {}, chained)).toBe(1 + 2);
    expect(await costOf('{ node { z } }', {}, chained)).toBe(1 + 1);
  });
});

test('an operation above the limit is rejected before planning, with its cost and the limit', async () => {
  const limited = createEngine(supergraphOf(sdl), { limits: { ...limits, maxCost: 100 } });
  expect(await ask('{ things { things { id } } }', {}, limited)).toEqual({
    errors: [
      {
        message: "The operation's estimated cost 110 is more than the limit of 100.",
        extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: 110, max: 100 } },
      },
    ],
  });
  await expect(ask('{ grid { id } }', {}, limited)).rejects.toThrow('nothing is to be fetched');
});

test('an interface of thousands of types has the weight of the heaviest, however often it is selected', async () => {
  const types = Array.from(
    { length: 3000 },
    (_, index) => `
      type T${index} implements Node @join__implements(graph: ONE, interface: "Node") @join__type(graph: ONE)
        @cost(weight: ${index}) { x: Int @cost(weight: ${index}) }`,
  );
  const supergraph = supergraphOf(`
    type Query { node: Node }
    interface Node { x: Int }
    type T implements Node @cost(weight: 1) { x: Int }`);
  const many = createEngine(`${supergraph} ${types.join(' ')}`, { limits });
  expect(await costOf(`{ ${'node { x } '.repeat(100)} }`, {}, many)).toBe(2999 + 2999);
});

test('fragments that each spread the next twice are estimated in no time, or rejected', async () => {
  const fragments = Array.from(
    { length: 30 },
    (_, level) =>
      `fragment F${level} on Thing { a: thing { ...F${level + 1} } b: thing { ...F${level + 1} } }`,
  );
  const doubling = createEngine(
    supergraphOf('type Query { thing: Thing } type Thing { thing: Thing id: ID }'),
    {
      limits,
    },
  );
  const query = `{ thing { ...F0 } } ${fragments.join(' ')} fragment F30 on Thing { id }`;
  const started = performance.now();
  expect((await ask(query, {}, doubling)).errors?.[0]?.extensions?.code).toBe('OPERATION_TOO_LARGE');
  expect(performance.now() - started).toBeLessThan(5000);
});
