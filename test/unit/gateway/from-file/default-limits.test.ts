/** By default, a gateway for another graph refuses only requests that would endanger the process. */
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGatewayConfig, readServerConfig } from '../../../../gateway/config.ts';
import { defaultLimits, limitsOfOtherGraphs } from '../../../../gateway/limits.ts';
import { type RawGraph, startRawGraph } from '../../../federation/raw-answers/raw-graph.ts';

const countries = Array.from(
  { length: 400 },
  (_, i) => `type Country${i} { a: Int b: String c(of: Int, by: [String!]): [Country${i}] d: Float }`,
);
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { ${countries.map((_, i) => `country${i}: Country${i}`).join(' ')} node: Node pages: [Node] echo(ids: [Int!], text: String): Int }
  type Node { name: String next: Node all: [Node] }
  ${countries.join('\n')}`;

let graph: RawGraph<'books'>;
beforeAll(async () => {
  graph = await startRawGraph({ books: sdl });
});
afterAll(() => graph[Symbol.asyncDispose]());

const nested = (field: string, depth: number, leaf: string): string =>
  `${`${field} { `.repeat(depth)}${leaf}${' }'.repeat(depth)}`;
const repeated = (count: number, write: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const nothing = '{"data":{}}';

test.each<[string, string, object]>([
  ['a deep operation', `{ ${nested('node: node', 1, nested('next', 90, 'name'))} }`, {}],
  // A cost of 10^9 with ten items for each list.
  ['nested lists without a size', `{ pages { ${nested('all', 9, 'name')} } }`, {}],
  ['many root fields and aliases', `{ ${repeated(400, (i) => `a${i}: node { name }`)} }`, {}],
  ['many directives', `{ ${repeated(400, (i) => `a${i}: node @include(if: true) { name }`)} }`, {}],
  ['a long document', `{ node { name } } # ${'x'.repeat(500_000)}`, {}],
  ['a document of many tokens', `{ echo(ids: [${repeated(10_000, (i) => `${i}`)}]) }`, {}],
  [
    'a long list in the variables',
    'query ($ids: [Int!]) { echo(ids: $ids) }',
    { ids: Array.from({ length: 100_000 }, (_, i) => i) },
  ],
  [
    'a long text in the variables',
    'query ($text: String) { echo(text: $text) }',
    { text: 'x'.repeat(1_500_000) },
  ],
])('%s reaches the subgraph', async (_what, query, variables) => {
  graph.subgraphs.books.requests.length = 0;
  graph.subgraphs.books.answer = () => nothing;
  const { body } = await graph.gateway.ask(query, variables);
  expect(body.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain(
    'GRAPHQL_VALIDATION_FAILED',
  );
  expect(graph.subgraphs.books.requests).toHaveLength(1);
});

test("a subgraph's large answer becomes a large answer", async () => {
  const all = Array.from({ length: 100_000 }, (_, i) => ({
    name: `The name of the page ${i}, which is long`,
  }));
  graph.subgraphs.books.answer = () => JSON.stringify({ data: { pages: all } });
  const { body } = await graph.gateway.ask('{ pages { name } }');
  expect(body.errors).toBeUndefined();
  expect(body.data?.pages).toHaveLength(all.length);
});

test("GraphiQL gets a large graph's schema", async () => {
  const { body } = await graph.gateway.ask(getIntrospectionQuery());
  expect(body.errors).toBeUndefined();
});

test("a subgraph's answer that never ends is cut off, and nothing else", async () => {
  const mebibyte = ' '.repeat(1024 * 1024);
  const body = Array.from(
    { length: limitsOfOtherGraphs.maxSubgraphBytes / mebibyte.length + 1 },
    () => mebibyte,
  );
  graph.subgraphs.books.answer = () => ({ body, end: 'never' });
  const { body: answer } = await graph.gateway.ask('{ node { name } }');
  expect(answer.errors).toMatchObject([{ message: 'The subgraph books gave an answer that is too large.' }]);
});

test('a variable still sets a limit, and our own graph keeps its own', () => {
  expect(readServerConfig({}).limits).toEqual(limitsOfOtherGraphs);
  expect(readServerConfig({ MAX_COST: '7' }).limits).toEqual({ ...limitsOfOtherGraphs, maxCost: 7 });
  expect(readGatewayConfig({}).limits).toEqual(defaultLimits);
  expect(readGatewayConfig({ MAX_COST: '7' }).limits).toEqual({ ...defaultLimits, maxCost: 7 });
});
