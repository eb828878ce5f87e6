/**
 * Fragments with `@defer` are separate blocks in a plan. The gateway does not support incremental delivery yet, and its
 * schema does not have the directive. A plan with deferred blocks gets one full answer.
 */
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
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
const schema = buildConsumerSchema(planner.consumerSdl);

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
    maxFields: 1000,
    keys: new DataKeys(planner.isTaken),
  });
  expect(await executePlan(compiled, { fetch: fetchFrom(subgraphs) })).toEqual({
    data: { book: { ...book, id: undefined, price: 5, loans: 1 }, slow: 9 },
  });
});

test('the gateway does not have the directive', () => {
  const world = createWorld(subgraphs);
  expect(() => world.ask('{ book { ... @defer { price } } }')).toThrow('Unknown directive "@defer"');
});
