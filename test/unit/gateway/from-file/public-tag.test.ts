/** `publicTag` allows GET for any supergraph, and tells caches which answers they may keep. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { propagating, type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function get(gateway: RunningGateway, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}?${new URLSearchParams({ query })}`, { headers });
  return [response.status, response.headers.get('cache-control')];
}

test('without it GET serves every query, and caches keep nothing', async () => {
  await using gateway = await startOver(world);
  expect(await get(gateway, '{ users { name } }')).toEqual([200, 'no-store']);
  expect(await get(gateway, '{ me { id } }')).toEqual([200, 'no-store']);
});

test('with it GET serves the tagged fields alone, and caches may keep them', async () => {
  await using gateway = await startOver(world, { PUBLIC_MAX_AGE_SECONDS: '300' }, { publicTag: 'open' });
  expect(await get(gateway, '{ users { name } }')).toEqual([200, 'public, max-age=300']);
  expect(await get(gateway, '{ users { name id } }')).toEqual([405, 'no-store']);
  expect(await get(gateway, '{ me { name } }')).toEqual([405, 'no-store']);
});

test('with an age of 0 caches keep nothing', async () => {
  await using gateway = await startOver(world, { PUBLIC_MAX_AGE_SECONDS: '0' }, { publicTag: 'open' });
  expect(await get(gateway, '{ users { name } }')).toEqual([200, 'no-store']);
});

test('what the subgraphs are told of a caller keeps the answer out of caches, and is in Vary', async () => {
  const options = { publicTag: 'open', all: propagating('authorization', 'x-tenant') };
  await using gateway = await startOver(world, {}, options);
  expect(await get(gateway, '{ users { name } }', { 'x-tenant': 'one' })).toEqual([200, 'no-store']);
  const response = await fetch(`${gateway.url}?query={users{name}}`);
  expect(response.headers.get('cache-control')).toBe('public, max-age=10');
  expect(response.headers.get('vary')).toBe(
    'accept, accept-encoding, accept-language, origin, authorization, x-tenant',
  );
});

test('a tag that no field has is in the log', async () => {
  await using gateway = await startOver(world, {}, { publicTag: 'opne' });
  expect(await get(gateway, '{ users { name } }')).toEqual([405, 'no-store']);
  await gateway.logged(/no field has @tag\(name: \\"opne\\"\)/);
});
