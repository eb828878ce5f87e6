/** @override moves a field to another subgraph, for all requests or for a percentage of them. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { compose, fetchFrom, type Subgraph } from '../support/subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@override"])\n';
const thing = { __resolveReference: ({ id }: { id: string }) => ({ id, now: 1, soon: 2, some: 3 }) };
const subgraphs: Readonly<Record<string, Subgraph>> = {
  old: {
    sdl: `${link}
      type Query { thing: Thing }
      type Thing @key(fields: "id") { id: ID! now: Int soon: Int some: Int }`,
    resolvers: { Query: { thing: () => ({ id: '1', now: 1, soon: 2, some: 3 }) }, Thing: thing },
  },
  fresh: {
    sdl: `${link}
      type Thing @key(fields: "id") {
        id: ID!
        now: Int @override(from: "old")
        soon: Int @override(from: "old", label: "by-hand")
        some: Int @override(from: "old", label: "percent(25)")
      }`,
    resolvers: { Thing: thing },
  },
};

/** The subgraph that is asked for the field if the request draws the number `random`. */
async function answeredBy(field: string, random: number): Promise<string | undefined> {
  const engine = createEngine(compose(subgraphs), { random: () => random });
  const fetch = fetchFrom(subgraphs);
  const askedSubgraphs: string[] = [];
  const answer = await engine.execute({
    document: parse(`{ thing { ${field} } }`),
    shared: null,
    allowance: null,
    fetch: (request) => {
      if (new RegExp(`\\b${field}\\b`).test(request.operation)) {
        askedSubgraphs.push(request.subgraph);
      }
      return fetch(request);
    },
  });
  expect(answer.errors).toBeUndefined();
  return askedSubgraphs.join();
}

test.each([
  ['is overridden', 'now', 0.99, 'fresh'],
  ['is overridden for a share of requests, which has this one', 'some', 0.249, 'fresh'],
  ['is overridden for a share of requests, which does not have this one', 'some', 0.25, 'old'],
  ['has an override label that is never active', 'soon', 0, 'old'],
])('a field that %s', async (_, field, random, subgraph) => {
  expect(await answeredBy(field, random)).toBe(subgraph);
});

test('each request of one document goes to either subgraph, and each way is planned once', async () => {
  const draws = [0.1, 0.9, 0.2, 0.8, 0.3];
  const engine = createEngine(compose(subgraphs), { random: () => draws.shift() ?? 0 });
  const fetch = fetchFrom(subgraphs);
  const document = parse('{ thing { some } }');
  const counts: number[] = [];
  while (draws.length > 0) {
    let requests = 0;
    await engine.execute({
      document,
      shared: null,
      allowance: null,
      fetch: (request) => {
        requests++;
        return fetch(request);
      },
    });
    counts.push(requests);
  }
  expect(counts).toEqual([2, 1, 2, 1, 1]);
});
