import { expect, test } from 'vitest';
import { postJson } from '../../support/graph/ask-graph.ts';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { publicCacheSeconds: 60 });

const search = (title: string) => `{ items(title: "${title}", first: 3) { itemNumber title state } }`;

async function post(query: string, token: string | null = null) {
  const response = await postJson(`${system.url}/graphql`, { query }, { token });
  return {
    age: response.headers.get('age'),
    cache: response.headers.get('cache-control'),
    body: await response.json(),
  };
}

const searches = async () =>
  [...(await system.metrics()).matchAll(/^patron_graph_legacy_calls_total\{.*FindItems.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

test('a repeated search is answered from memory, with its age, and no other cache may keep a POST', async () => {
  const first = await post(search('the'));
  expect([first.age, await searches()]).toEqual([null, 1]);
  const second = await post(search('the'));
  expect(second.body).toEqual(first.body);
  expect([second.age, second.cache, await searches()]).toEqual(['1', 'no-store', 1]);
});

test('other caches learn the age of the answer to a GET', async () => {
  const url = `${system.url}/graphql?query=${encodeURIComponent(search('an'))}`;
  expect((await fetch(url)).headers.get('age')).toBeNull();
  const { headers } = await fetch(url);
  expect([headers.get('cache-control'), headers.get('age')]).toEqual(['public, max-age=10', '1']);
});

test('twenty equal concurrent searches are one call', async () => {
  const before = await searches();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(search('of'))));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await searches()) - before).toBe(1);
});

test("a copy is read again for a caller with a token, and so is a person's data", async () => {
  const token = await system.token({ subject: 'P0000002', patronId: 'P0000002' });
  for (const query of ['{ item(itemNumber: "31852000000494") { state } }', '{ me { loanQuota { used } } }']) {
    expect((await post(query, token)).age).toBeNull();
    expect((await post(query, token)).age).toBeNull();
  }
});
