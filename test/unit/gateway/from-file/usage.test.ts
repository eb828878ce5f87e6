import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../../../gateway/usage/usage-counter.ts';
import { openSqliteUsage } from '../../../../store/shared-state/sqlite/usage.ts';
import { startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(tmpdir(), 'usage-'));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const day = 24 * 60 * 60 * 1000;

test('a gateway records what each version of a client asks for, and no value; days older than 90 days are removed', async () => {
  const database = join(folder, 'recorded.sqlite');
  const today = Date.now();
  await using store = await openSqliteUsage(database);
  const old = { client: 'old', version: '', coordinates: new Map([['Query.me', 1]]) };
  const operation = { hash: '00000000000000aa', name: null, text: '{ me { id } }', requests: 1 };
  await store.add({ ...old, day: dayOf(today - 90 * day), operations: [operation] });
  await store.add({ ...old, day: dayOf(today - 89 * day), version: 'kept', operations: [operation] });
  const gateway = await startOver(world, {}, { usageDatabase: database });
  const shop = { 'apollographql-client-name': 'shop', 'apollographql-client-version': '2.1' };
  await gateway.post({ query: 'query Named { user(id: "u1") { mine: name } }' }, shop);
  await gateway.post({ query: 'query Named { user(id: "u2") { mine: name } }' }, shop);
  await gateway.post(
    {
      query: 'query ($by: By) { echo(by: $by, text: "21852000000017") }',
      variables: { by: { name: 'Ada Lovelace', order: 'OLDEST' } },
    },
    { 'graphql-client-name': 'reader-21852000000017' },
  );
  const literals = '{ echo(any: { tel91234567: true, level: URGENT, notes: [42, "private"] }) }';
  await gateway.post({ query: literals }, { 'graphql-client-name': 'reader-21852000000017' });
  await gateway.post({ query: '{ me { id } __typename }' });
  await gateway.post({ query: '{ unknown }' });
  await gateway[Symbol.asyncDispose]();

  const { coordinates, operations } = await store.read('2000-01-01');
  expect(coordinates.map((row) => `${row.client} ${row.version} ${row.coordinate} ${row.requests}`)).toEqual([
    '(unnamed)  Query.me 1',
    '(unnamed)  User.id 1',
    '(withheld)  By 1',
    '(withheld)  By.name 1',
    '(withheld)  By.order 1',
    '(withheld)  Order 1',
    '(withheld)  Order.OLDEST 1',
    '(withheld)  Query.echo 2',
    '(withheld)  Query.echo.any 1',
    '(withheld)  Query.echo.by 1',
    '(withheld)  Query.echo.text 1',
    'old kept Query.me 1',
    'shop 2.1 Query.user 2',
    'shop 2.1 Query.user.id 2',
    'shop 2.1 User.name 2',
  ]);
  expect(operations.find(({ client }) => client === 'shop')).toMatchObject({
    name: 'Named',
    requests: 2,
    text: expect.stringContaining('_alias: name'),
  });
  expect(JSON.stringify({ coordinates, operations })).not.toMatch(/Ada|21852|tel|true|URGENT|notes|private/);
});

test('a database that is not there stops no request, and the log says so', async () => {
  await using gateway = await startOver(world, {}, { usageDatabase: 'postgresql://127.0.0.1:1/none' });
  await gateway.logged(/usage is not recorded/);
  expect(await gateway.ask('{ me { id } }')).toMatchObject({
    status: 200,
    body: { data: { me: { id: 'u0' } } },
  });
});
