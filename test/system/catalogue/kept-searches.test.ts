import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';

const system = openedForTests(() => startSystem(undefined, { PUBLIC_CACHE_SECONDS: '60' }));

const search = (title: string) => `{ items(title: "${title}", first: 3) { itemNumber title state } }`;

async function post(query: string, token?: string) {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return {
    age: response.headers.get('age'),
    cache: response.headers.get('cache-control'),
    body: await response.json(),
  };
}

/** How many searches circulation has had. */
const searches = async () =>
  [...(await system.metrics()).matchAll(/^patron_graph_legacy_calls_total\{.*FindItems.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

test('a search that was just made is answered from memory, and says its age; no cache outside keeps a POST', async () => {
  const first = await post(search('the'));
  expect([first.age, await searches()]).toEqual([null, 1]);
  const second = await post(search('the'));
  expect(second.body).toEqual(first.body);
  expect([second.age, second.cache, await searches()]).toEqual(['1', 'no-store', 1]);
});

test('caches outside learn how old the answer to a GET is', async () => {
  const url = `${system.url}/graphql?query=${encodeURIComponent(search('an'))}`;
  expect((await fetch(url)).headers.get('age')).toBeNull();
  const { headers } = await fetch(url);
  expect([headers.get('cache-control'), headers.get('age')]).toEqual(['public, max-age=10', '1']);
});

test('twenty equal searches at once are one', async () => {
  const before = await searches();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(search('of'))));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await searches()) - before).toBe(1);
});

test("one copy is read anew for whoever has a token, and so is everything of a person's", async () => {
  const token = await system.token({ subject: 'P0000002', patronId: 'P0000002' });
  for (const query of ['{ item(itemNumber: "31852000000494") { state } }', '{ me { loanQuota { used } } }']) {
    expect((await post(query, token)).age).toBeNull();
    expect((await post(query, token)).age).toBeNull();
  }
});
