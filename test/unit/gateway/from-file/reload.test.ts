import { rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeEach(async () => {
  world = await createWorld();
  gateway = await startOver(world);
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** The supergraph with another name for `me`. The name in an answer shows which supergraph was used. */
const renamedTo = (name: string) => world.supergraph((sdl) => sdl.replace('  me: User', `  ${name}: User`));

const takeovers = () => gateway.log.filter((line) => line.includes('took over')).length;

/** Resolves once `count` supergraphs have taken over. */
async function tookOver(count: number): Promise<void> {
  while (takeovers() < count) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('supergraphs take over under load, and no request is lost', { timeout: 60_000 }, async () => {
  const query = '{ users(first: 2) { id name reviews(first: 1) { body author { name } } } }';
  let running = true;
  let answered = 0;
  const unlike = new Set<string>();
  const [expected] = await Promise.all([gateway.post({ query }).then((response) => response.text())]);
  const lane = async () => {
    while (running) {
      const response = await gateway.post({ query });
      const text = await response.text();
      answered++;
      if (response.status !== 200 || text !== expected) {
        unlike.add(`${response.status} ${text}`);
      }
    }
  };
  const lanes = Array.from({ length: 8 }, lane);
  for (let round = 1; round <= 5; round++) {
    await world.write(renamedTo(`me${round}`));
    await tookOver(round);
    expect((await gateway.ask(`{ me${round} { id } }`)).body).toEqual({
      data: { [`me${round}`]: null },
      errors: [expect.anything()],
    });
  }
  running = false;
  await Promise.all(lanes);
  process.stdout.write(`${answered} requests while 5 supergraphs took over, ${unlike.size} lost\n`);
  expect([...unlike]).toEqual([]);
  expect(answered).toBeGreaterThan(50);
});

test('a request under way is answered by the supergraph with which it began', {
  timeout: 60_000,
}, async () => {
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  world.intercept = async ({ subgraph }) => {
    if (subgraph === 'accounts') {
      reached.resolve();
      await held.promise;
    }
    return false;
  };
  const before = gateway.ask('{ me { id reviews(first: 1) { id } } }');
  await reached.promise;
  world.intercept = null;
  await world.write(world.supergraph((sdl) => sdl.replace('  me: User', '  myself: User')));
  await tookOver(1);
  expect((await gateway.ask('{ me { id } }')).body.errors?.[0]?.extensions.code).toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
  held.resolve();
  expect((await before).body).toEqual({ data: { me: { id: 'u0', reviews: [{ id: 'r0' }] } } });
});

test('a file without a valid supergraph is rejected with a reason, and the previous supergraph stays', {
  timeout: 60_000,
}, async () => {
  const me = async () => (await gateway.ask('{ me { id } }')).body.data;
  for (const [wrong, reason] of [
    ['type Query { me: Int }', /no join__Graph.*The one before stays/],
    ['}', /Syntax Error.*The one before stays/],
    [
      world.supergraph((sdl) => sdl.replace(/join\/v0\.\d/, 'join/v0.6')),
      /composed by https:\/\/specs.apollo.dev\/join\/v0.6.*The one before stays/,
    ],
    [
      world.supergraph((sdl) => sdl.replace('name: "reviews"', 'name: "accounts"')),
      /two subgraphs have the name accounts.*The one before stays/,
    ],
    [
      world.supergraph((sdl) => sdl.replace('key: "id"', 'key: "number"')),
      /"number\\" can't be the key of \w+: \w+ has no field number.*The one before stays/,
    ],
    // This supergraph would make the planner end the process.
    [
      world.supergraph((sdl) => sdl.replace('query: Query', '').replace('type Query ', 'type Nothing ')),
      /Query root type must be provided|Unknown type|Syntax Error/,
    ],
  ] as const) {
    await world.write(wrong);
    await gateway.logged(reason);
    expect(await me()).toEqual({ me: { id: 'u0' } });
  }
  await rm(world.file);
  await gateway.logged(/no such file.*The one before stays/);
  expect(await me()).toEqual({ me: { id: 'u0' } });
  expect(takeovers()).toBe(0);

  await world.write(world.supergraph());
  await tookOver(1);
  expect(await me()).toEqual({ me: { id: 'u0' } });
});

test('a file written in place, and a link to another file, are noticed too', {
  timeout: 60_000,
}, async () => {
  await writeFile(world.file, renamedTo('inPlace'));
  await tookOver(1);
  expect((await gateway.ask('{ __type(name: "Query") { fields { name } } }')).body.data).toMatchObject({
    __type: { fields: expect.arrayContaining([{ name: 'inPlace' }]) },
  });

  const target = `${world.file}.target`;
  await writeFile(target, renamedTo('byLink'));
  await unlink(world.file);
  await symlink(target, world.file);
  await tookOver(2);
  expect((await gateway.ask('{ __type(name: "Query") { fields { name } } }')).body.data).toMatchObject({
    __type: { fields: expect.arrayContaining([{ name: 'byLink' }]) },
  });
});

test('a file that is written slowly takes over once it is complete', { timeout: 60_000 }, async () => {
  const sdl = renamedTo('slowly');
  const half = sdl.slice(0, sdl.lastIndexOf('type '));
  await writeFile(world.file, half);
  for (let end = half.length; end < sdl.length; end += 40) {
    expect((await gateway.ask('{ me { id } }')).status).toBe(200);
    await writeFile(world.file, sdl.slice(0, end));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await writeFile(world.file, sdl);
  await tookOver(1);
  expect((await gateway.ask('{ slowly { id } }')).body.errors?.[0]?.extensions.code).not.toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
});

test('a file that is only touched changes nothing', { timeout: 60_000 }, async () => {
  await world.write(world.supergraph());
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(takeovers()).toBe(0);
});
