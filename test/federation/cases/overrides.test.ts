/** @override moves a field to another subgraph: for all requests, for a percentage of them, or where a label is on. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { noDenials } from '../../../gateway/executor/index.ts';
import { createPlanner } from '../../../gateway/planner/index.ts';
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

/** The subgraph that is asked for the field if the request draws the number `random`, and these labels are on. */
async function answeredBy(
  field: string,
  random: number,
  labels: readonly string[] = [],
): Promise<string | undefined> {
  const engine = createEngine(compose(subgraphs), { random: () => random });
  const fetch = fetchFrom(subgraphs);
  const askedSubgraphs: string[] = [];
  const answer = await engine.execute({
    document: parse(`{ thing { ${field} } }`),
    decide: async () => ({ kind: 'allowed', denied: noDenials, labels }),
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
  ['has an override label that is off', 'soon', 0, 'old'],
])('a field that %s', async (_, field, random, subgraph) => {
  expect(await answeredBy(field, random)).toBe(subgraph);
});

test.each([
  ['is on', ['by-hand'], 'fresh'],
  ['is on beside labels that the supergraph lacks', ['other', 'by-hand'], 'fresh'],
  ['is off while another is on', ['percent(25)'], 'old'],
])('a field whose override label %s', async (_, labels, subgraph) => {
  expect(await answeredBy('soon', 0.99, labels)).toBe(subgraph);
  expect(await answeredBy('some', 0.99, labels)).toBe('old');
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

test('more outcomes of labels than are kept are planned alike each time', () => {
  const labels = ['a', 'b', 'c', 'd'];
  const fields = labels.map((label) => `f_${label}: Int`).join(' ');
  const overridden = labels
    .map((label) => `f_${label}: Int @override(from: "old", label: "${label}")`)
    .join(' ');
  const supergraph = compose({
    old: { sdl: `${link} type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! ${fields} }` },
    fresh: { sdl: `${link} type Thing @key(fields: "id") { id: ID! ${overridden} }` },
  });
  const planner = createPlanner(supergraph);
  expect(planner.overrideLabels).toEqual(labels);
  const outcomes = Array.from({ length: 2 ** labels.length }, (_, bits) =>
    labels.filter((_label, index) => (bits & (1 << index)) !== 0),
  );
  const document = `{ thing { ${labels.map((label) => `f_${label}`).join(' ')} } }`;
  const plansOf = () => outcomes.map((on) => JSON.stringify(planner.plan(document, 0, on)));
  const plans = plansOf();
  expect(new Set(plans).size).toBe(outcomes.length);
  expect(plansOf()).toEqual(plans);
});
