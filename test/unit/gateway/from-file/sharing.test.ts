import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './world.ts';

let world: World;
let sharing: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  sharing = await startOver(world, {}, { shareInFlight: true, forwardedHeaders: ['authorization'] });
});
afterAll(async () => {
  await sharing[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
let release: () => void;
beforeEach(() => {
  world.asked.length = 0;
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  world.intercept = async () => {
    await held.promise;
    return false;
  };
});
afterEach(() => {
  world.intercept = null;
});

const query = '{ me { id name reviews(first: 2) { body } } }';

/** Resolves once the subgraphs were asked so often, and what may still come had time to. */
async function asked(count: number): Promise<void> {
  while (world.asked.length < count) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

test('the same query at the same time asks each subgraph once, and no answer is spoilt by another', async () => {
  const all = Array.from({ length: 10 }, () => sharing.ask(query));
  await asked(1);
  expect(world.asked).toHaveLength(1);
  release();
  const answers = (await Promise.all(all)).map(({ body }) => body);
  expect(answers[0]).toEqual({
    data: { me: { id: 'u0', name: 'Ada', reviews: [{ body: 'Review 0' }, { body: 'Review 3' }] } },
  });
  expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(world.asked.length).toBeLessThan(10);
});

test('two callers never share', async () => {
  const all = ['one', 'two'].map((authorization) => sharing.post({ query }, { authorization }));
  await asked(2);
  release();
  await Promise.all(all);
  expect(
    world.asked
      .slice(0, 2)
      .map(({ headers }) => headers.authorization)
      .sort(),
  ).toEqual(['one', 'two']);
});

test('mutations never share', async () => {
  const rename = 'mutation { rename(id: "u0", name: "same") { name } }';
  const all = [sharing.ask(rename), sharing.ask(rename)];
  await asked(2);
  release();
  await Promise.all(all);
  expect(world.asked).toHaveLength(2);
});

test('a client that goes away takes nothing from the other', async () => {
  const gone = new AbortController();
  const first = expect(sharing.post({ query }, {}, gone.signal)).rejects.toThrow('abort');
  await asked(1);
  const second = sharing.ask(query);
  await asked(1);
  expect(world.asked).toHaveLength(1);
  gone.abort();
  await first;
  await asked(1);
  release();
  expect((await second).body.data).toMatchObject({ me: { id: 'u0' } });
  expect(world.asked[0]?.abandoned).toBe(false);
});

test('it is off unless it is switched on', async () => {
  await using alone = await startOver(world);
  const all = [alone.ask(query), alone.ask(query)];
  await asked(2);
  release();
  await Promise.all(all);
  expect(world.asked).toHaveLength(4);
});
