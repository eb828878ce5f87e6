/** R30: only the catalogue may be read by GET, because URLs are logged. Only its answers may be cached. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { sample } from '../../support/sample.ts';
import { systemForTests } from '../system-for-tests.ts';
import { fieldQueries } from './field-queries.ts';

const system = systemForTests(undefined, {}, { showsWholeGraph: true });

const { schema, requirements } = createEngine(
  readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);

const get = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${system.url}/graphql?${new URLSearchParams({ query })}`, { headers });

const served = [
  ['item', '{ item(itemNumber: "31852000000015") { title location { name } } }'],
  ['items', '{ items(title: "Walden") { itemNumber } }'],
  [
    'titles',
    '{ titles(search: "Walden") { pageInfo { endCursor } edges { node { title copies { state } } } } }',
  ],
  ['branches', '{ branches { code name openingHours { day } } }'],
] as const;

describe.each(served)('GET of %s', (field, query) => {
  test('is served, and may be cached for seconds', async () => {
    const response = await get(query);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { [field]: expect.anything() } });
    expect(response.headers.get('cache-control')).toBe('public, max-age=10');
    expect(response.headers.get('vary')).toBe(
      'accept, accept-encoding, accept-language, origin, authorization',
    );
  });

  test('with a token may not be cached', async () => {
    const response = await get(query, { authorization: `Bearer ${await system.token()}` });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

test('an answer with an error may not be cached', async () => {
  const response = await get('{ branches { code } titles(search: "x") { totalCount } }');
  expect(await response.json()).toEqual({
    data: { branches: expect.anything(), titles: null },
    errors: [expect.anything()],
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

/** The types without personal data. The list is written by hand, so that it checks the schema's tags. */
const catalogue = ['Item', 'Title', 'TitleConnection', 'TitleEdge', 'PageInfo', 'Branch', 'OpeningHours'];
/** The fields of these types that only staff may read. */
const forStaff = ['loansOut', 'overdue', 'holdsReady', 'holdsQueued', 'asOf'].map(
  (field) => `Branch.${field}`,
);
const catalogueRoots = ['Query.item', 'Query.items', 'Query.titles', 'Query.branches'];

const queries = fieldQueries(schema);
/**
 * Whether a field belongs to the catalogue. Its own type and all fields that lead to it must also belong to the
 * catalogue.
 */
const isCatalogue = ({ path }: (typeof queries)[number]) =>
  path.every(
    ({ coordinate, parentType, objectType }) =>
      !forStaff.includes(coordinate) &&
      (catalogueRoots.includes(coordinate) || catalogue.includes(parentType)) &&
      (objectType === null || catalogue.includes(objectType)),
  );

test('GET serves every field of the catalogue', async () => {
  const ofCatalogue = queries.filter(isCatalogue);
  expect(ofCatalogue.length).toBeGreaterThan(30);
  for (const { query } of ofCatalogue) {
    expect([query, (await get(query)).status]).toEqual([query, 200]);
  }
});

/** Documents that ask for a field: alone, beside a field of the catalogue, and in the second of two operations. */
const positions = {
  alone: (query: string) => query,
  beside: (query: string) => query.replace(/^\{/, '{ item(itemNumber: "31852000000015") { title }'),
  second: (query: string) => `query Other { branches { code } } query Asked ${query}`,
};

test('GET refuses every other field, wherever it is, and the refusal may not be cached', async () => {
  const others = queries.filter((one) => !isCatalogue(one));
  expect(others.length).toBeGreaterThan(150);
  const documents = others.flatMap(({ path, query }) =>
    Object.entries(positions).map(([position, place]) => ({ path, position, document: place(query) })),
  );
  const tested = sample('documents that GET refuses', documents, {
    each: 1,
    kindsOf: ({ path, position }) => [path.at(-1)?.coordinate ?? '', `${path[0]?.coordinate} ${position}`],
  });
  for (const { document } of tested) {
    const { status, headers } = await get(document);
    expect([document, status, headers.get('cache-control')]).toEqual([document, 405, 'no-store']);
  }
}, 60_000);

test('GET refuses every mutation', async () => {
  const mutations = fieldQueries(schema, 'mutation');
  expect(mutations.length).toBeGreaterThan(15);
  for (const { query } of mutations) {
    expect([query, (await get(query)).status]).toEqual([query, 405]);
  }
});

test('a POST may never be cached', async () => {
  for (const [, query] of served) {
    const response = await postJson(`${system.url}/graphql`, { query });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});

test('no field of the catalogue is guarded', () => {
  const guarded = queries.filter(isCatalogue).map(({ path }) => path.at(-1)?.coordinate ?? '');
  expect(guarded.filter((coordinate) => requirements.has(coordinate))).toEqual([]);
});
