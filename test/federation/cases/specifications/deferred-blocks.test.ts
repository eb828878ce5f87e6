/** Fragments with `@defer` are separate blocks in a plan, and are delivered after the rest to clients that take parts. */
import { setTimeout } from 'node:timers/promises';
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { IncrementalFormat } from '../../../../gateway/engine/request.ts';
import {
  compileOperation,
  DataKeys,
  executePlan,
  fragmentsOf,
  typeConditionsOf,
} from '../../../../gateway/executor/index.ts';
import { createPlanner, readablePlan } from '../../../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../../../gateway/supergraph/index.ts';
import { compose, createWorld, fetchFrom, link } from '../../support/subgraphs.ts';

const book = { id: '1', title: 'Sea', maker: { name: 'Ada', age: 36 } };
const subgraphs = {
  books: {
    sdl: `${link}
      type Query { book: Book slow: Int }
      type Mutation { write: Book }
      type Book @key(fields: "id") { id: ID! title: String maker: Maker }
      type Maker { name: String age: Int }`,
    resolvers: {
      Query: { book: () => book, slow: () => 9 },
      Mutation: { write: () => book },
      Book: { __resolveReference: () => book },
    },
  },
  prices: {
    sdl: `${link} type Book @key(fields: "id") { id: ID! price: Int code: ID }`,
    resolvers: { Book: { price: () => 5, code: () => 'c' } },
  },
  loans: {
    sdl: `${link} type Book @key(fields: "id") { id: ID! code: ID @external loans: Int @requires(fields: "code") }`,
    resolvers: { Book: { loans: ({ code }: { code: string }) => code.length } },
  },
};
const supergraph = compose(subgraphs);
const planner = createPlanner(supergraph);
const schema = buildConsumerSchema(planner.consumerSchema);

/** The lines of the plan, without the selections of its fetches. */
const outline = (query: string) =>
  readablePlan(planner.plan(query, 0))
    .split('\n')
    .filter((line) => /^ *(sequence|parallel|fetch|entityFetch|later)/.test(line));

test.each<[string, string, readonly string[]]>([
  [
    'what another subgraph has comes later',
    '{ book { title ... @defer(label: "price") { price } } }',
    ['fetch books', 'later price, for book', '  entityFetch prices'],
  ],
  [
    'what its own subgraph has is looked up later, so that nothing waits for it',
    '{ book { title ... @defer { maker { name } } } }',
    ['fetch books', 'later, for book', '  entityFetch books'],
  ],
  [
    'a field that no lookup has comes at once',
    '{ book { maker { name ... @defer { age } } } }',
    ['fetch books', 'later, for book.maker', '  parallel'],
  ],
  [
    'a field that is also selected without @defer is not deferred',
    '{ book { title price ... @defer { price } } }',
    ['sequence', '  fetch books', '  entityFetch prices', 'later, for book', '  parallel'],
  ],
  [
    'root fields',
    '{ book { title } ... @defer { slow } }',
    ['fetch books', 'later, for the root', '  fetch books'],
  ],
  [
    'what a root field has below it, if the root field itself is not deferred',
    '{ book { title } ... @defer(label: "a") { book { price } } }',
    ['fetch books', 'later a, for the root', '  entityFetch prices'],
  ],
  [
    'nested blocks, each with what only it needs',
    '{ book { title ... @defer(label: "a") { price ... @defer(label: "b") { loans } } } }',
    [
      'fetch books',
      'later a, for book',
      '  entityFetch prices',
      '  later b, for book',
      '    sequence',
      '      entityFetch prices',
      '      entityFetch loans',
    ],
  ],
  [
    'two blocks, and a named fragment',
    '{ book { ...A @defer(label: "a") ... @defer(label: "b", if: true) { price } } } fragment A on Book { price loans }',
    [
      'sequence',
      '  fetch books',
      '  entityFetch prices',
      'later a, for book',
      '  entityFetch loans',
      'later b, for book',
      '  parallel',
    ],
  ],
  [
    'not with `if: false`',
    '{ book { title ... @defer(if: false) { price } } }',
    ['sequence', '  fetch books', '  entityFetch prices'],
  ],
  [
    'below a mutation',
    'mutation { write { title ... @defer { price } } }',
    ['fetch books', 'later, for write', '  entityFetch prices'],
  ],
])('%s', (_, query, expected) => {
  expect(outline(query)).toEqual(expected);
});

test('a plan with deferred blocks is answered in full', async () => {
  const query = `{ book { title ... @defer { price maker { name } ... @defer { loans maker { age } } } } ... @defer { slow } }`;
  const document = parse(query);
  const operation = getOperationAST(document);
  const rootType = schema.getQueryType();
  if (operation == null || rootType == null) {
    throw new Error('the query has no operation');
  }
  const compiled = compileOperation(operation, rootType, planner.plan(query, 0), {
    schema,
    types: typeConditionsOf(parse(supergraph)),
    fragments: fragmentsOf(document.definitions),
    conditions: new Map(),
    denied: new Set<string>(),
    defer: null,
    maxFields: 1000,
    keys: new DataKeys(planner.isTaken),
  });
  expect(await executePlan(compiled, { fetch: fetchFrom(subgraphs) })).toEqual({
    data: { book: { ...book, id: undefined, price: 5, loans: 1 }, slow: 9 },
  });
});

const overlapping = `{ book { title ... @defer(label: "a") { title price maker { name } ... @defer(label: "b") { loans } } } }`;

/** The parts of the answer to `overlapping`. Each subgraph answers at another time, in this order. */
async function partsIn(incremental: IncrementalFormat) {
  const { ask, fetch } = createWorld(subgraphs);
  const { further, ...initial } = await ask(overlapping, {
    incremental,
    fetch: async (request) => {
      await setTimeout(request.operation.includes('price') ? 5 : 25);
      return fetch(request);
    },
  });
  const parts: object[] = [initial];
  for await (const part of further ?? []) {
    parts.push(part);
  }
  return parts;
}

test('in the format 20220824, each block is delivered as a whole', async () => {
  expect(await partsIn('20220824')).toEqual([
    { data: { book: { title: 'Sea' } }, hasNext: true },
    {
      incremental: [{ path: ['book'], label: 'a', data: { title: 'Sea', price: 5, maker: { name: 'Ada' } } }],
      hasNext: true,
    },
    { incremental: [{ path: ['book'], label: 'b', data: { loans: 1 } }], hasNext: false },
  ]);
});

test('in the format v0.2, each field is delivered once', async () => {
  expect(await partsIn('v0.2')).toEqual([
    { data: { book: { title: 'Sea' } }, pending: [{ id: '0', path: ['book'], label: 'a' }], hasNext: true },
    {
      pending: [{ id: '1', path: ['book'], label: 'b' }],
      incremental: [{ id: '0', data: { price: 5, maker: { name: 'Ada' } } }],
      completed: [{ id: '0' }],
      hasNext: true,
    },
    { incremental: [{ id: '1', data: { loans: 1 } }], completed: [{ id: '1' }], hasNext: false },
  ]);
});

test('in the format v0.2, what two blocks have below one field is delivered apart', async () => {
  const { ask } = createWorld(subgraphs);
  const query = `{ ... @defer(label: "a") { book { price } } ... @defer(label: "b") { book { code loans } } }`;
  const { further, ...initial } = await ask(query, { incremental: 'v0.2' });
  expect(initial).toMatchObject({ data: {}, pending: [{ path: [] }, { path: [] }] });
  const parts: { incremental?: readonly object[] | undefined }[] = [];
  for await (const part of further ?? []) {
    parts.push(part);
  }
  const labels = initial.pending?.map(({ label }) => label);
  const idOf = (label: string) => String(labels?.indexOf(label));
  expect(parts.flatMap(({ incremental = [] }) => incremental)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ data: { book: {} } }),
      { id: idOf('a'), subPath: ['book'], data: { price: 5 } },
      { id: idOf('b'), subPath: ['book'], data: { code: 'c', loans: 1 } },
    ]),
  );
});

test('no more than 32 blocks are deferred', async () => {
  const { ask } = createWorld(subgraphs);
  const blocks = Array.from({ length: 40 }, (_, n) => `... @defer { a${n}: price }`).join(' ');
  const { data, pending } = await ask(`{ book { title ${blocks} } }`, { incremental: 'v0.2' });
  expect([Object.keys(Object(data?.book)).length, pending?.length]).toEqual([1 + 8, 32]);
});

test('an answer of which nothing needs a further request is delivered as a whole', async () => {
  const { ask } = createWorld(subgraphs);
  const query = '{ book { maker { name ... @defer { age } } } }';
  const answer = { data: { book: { maker: { name: 'Ada', age: 36 } } } };
  expect(await ask(query, { incremental: 'v0.2' })).toEqual(answer);
  // A client that takes no parts gets the plan of an operation without `@defer`.
  const world = createWorld(subgraphs);
  await world.ask('{ book { title ... @defer { price maker { name } } } }');
  expect(world.requests).toHaveLength(2);
});
