/** R30: only the catalogue is served by GET, whose URL stands in logs and caches. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSystem, startSystem } from '../running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const get = (query: string) => fetch(`${system.url}/graphql?${new URLSearchParams({ query })}`);

test.each([
  ['item', '{ item(itemNumber: "31852000000015") { title location { name } } }'],
  ['items', '{ items(title: "Walden") { itemNumber } }'],
  ['titles', '{ titles(search: "Walden") { edges { node { title copies { state } } } } }'],
  ['branches', '{ branches { code name } }'],
])('GET serves %s', async (field, query) => {
  const response = await get(query);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { [field]: expect.anything() } });
});

test.each(['me { id }', 'applicationProgress(receipt: "r") { status }', 'branches { code } me { id }'])(
  'GET does not serve { %s }',
  async (selection) => {
    expect((await get(`{ ${selection} }`)).status).toBe(405);
  },
);
