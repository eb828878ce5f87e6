/** The commands over a real recording: a gateway that clients ask over HTTP, and the next schema of its subgraphs. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayOf } from '../../../gateway/usage/usage-counter.ts';
import { openSqliteUsage } from '../../../store/shared-state/sqlite/usage.ts';
import { graph } from '../../unit/gateway/from-file/graph.ts';
import { startOver } from '../../unit/gateway/from-file/running.ts';
import { createWorld } from '../../unit/gateway/from-file/supergraph-fixture.ts';

const root = join(import.meta.dirname, '../../..');
let folder: string;
const file = (name: string) => join(folder, name);
const today = dayOf(Date.now());

function compose(accounts: string, reviews: string): string {
  const result = composeServices([
    { name: 'accounts', url: 'http://accounts', typeDefs: parse(accounts) },
    { name: 'reviews', url: 'http://reviews', typeDefs: parse(reviews) },
  ]);
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}

/** Replaces each text, which must be there. */
const changed = (sdl: string, changes: readonly (readonly [string, string])[]): string =>
  changes.reduce((text, [before, after]) => {
    expect(text).toContain(before);
    return text.replace(before, after);
  }, sdl);

/** Runs a command. Its output ends with its exit code. */
const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'schema/changes', command), ...args], (error, stdout, stderr) =>
      resolve(`${stdout}${stderr}${error === null ? 0 : error.code}`),
    );
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-changes-'));
  const { accounts, reviews } = graph;
  await writeFile(file('served.graphql'), compose(accounts.sdl, reviews.sdl));
  const removals = changed(accounts.sdl, [
    ['enum Order { OLDEST NEWEST }', 'enum Order { NEWEST }'],
    ['within: By ', ''],
    ['secret: String @authenticated', ''],
    ['users(first: Int! = 2)', 'users(first: Int! = 3)'],
    ['user(id: ID!): User', 'user(id: ID!, realm: String!): User'],
    ['page(first: Int, last', 'page(first: Int!, last'],
  ]);
  await writeFile(file('next.graphql'), compose(removals, reviews.sdl));
  const name = 'name: String @tag(name: "open")';
  const moved = changed(accounts.sdl, [[name, '']]);
  const taken = changed(reviews.sdl, [
    ['type User @key(fields: "id") { id: ID!', `type User @key(fields: "id") { id: ID! name: String`],
  ]);
  await writeFile(file('moved.graphql'), compose(moved, taken));
  const byLabel = changed(taken, [
    ['"@tag"', '"@tag", "@override"'],
    ['name: String', 'name: String @override(from: "accounts", label: "by-hand")'],
  ]);
  await writeFile(file('labelled.graphql'), compose(accounts.sdl, byLabel));
  await writeFile(
    file('kiosk.json'),
    JSON.stringify({
      ecf4: 'query Page { page(first: 20) { total } }',
      abcd: 'query Find($by: By) { echo(by: $by) }',
    }),
  );
  await using world = await createWorld();
  await using gateway = await startOver(world, {}, { usageDatabase: file('usage.sqlite') });
  const ask = (client: string, version: string, query: string, variables = {}) =>
    gateway.post(
      { query, variables },
      { 'apollographql-client-name': client, 'apollographql-client-version': version },
    );
  for (const order of ['OLDEST', 'NEWEST', 'OLDEST']) {
    await ask('shop', '2.1', 'query Sorted($order: Order) { echo(order: $order) }', { order });
  }
  await ask('shop', '2.2', 'query Names { users(first: 5) { name } me { name } }');
  await ask('shop', '2.3', 'query Paged { page(first: 4) { total } }');
  await ask('app', '1.0', 'query One { user(id: "u1") { id } users { id } }');
});
afterAll(() => rm(folder, { recursive: true }));

test('which client breaks is known from what was recorded and what was shipped', async () => {
  const against = ['--against', file('served.graphql'), '--schema', file('next.graphql')];
  const usage = ['--usage', file('usage.sqlite')];
  const printed = await run('check-schema.ts', [...against, '--documents', folder, ...usage]);
  expect(printed).toMatch(
    new RegExp(`^unused {2}Field 'secret' was removed from object type 'Query'
BREAKS {2}Argument 'realm: String!' added to field 'Query.user'
  app 1.0 \\(recorded\\): 1 request until ${today}; One [0-9a-f]{8}
BREAKS {2}Default value for argument 'first' on field 'Query.users' changed from '2' to '3'
  app 1.0 \\(recorded\\): 1 request until ${today}; One [0-9a-f]{8}
unused {2}Type for argument 'first' on field 'Query.page' changed from 'Int' to 'Int!'
BREAKS {2}Enum value 'OLDEST' was removed from enum 'Order'
  kiosk.json \\(shipped\\): Find abcd
  shop 2.1 \\(recorded\\): 2 requests until ${today}; Sorted [0-9a-f]{8}
BREAKS {2}Input field 'within' was removed from input object type 'By'
  kiosk.json \\(shipped\\): Find abcd
6 breaking changes, 3 clients break.
1$`),
  );
});

test.each(['moved', 'labelled'])('which plans change is known from the same operations: %s', async (next) => {
  const both = ['--from', file('served.graphql'), '--to', file(`${next}.graphql`)];
  expect(await run('plans.ts', [...both, '--documents', folder, '--usage', file('usage.sqlite')])).toMatch(
    /^client {4}operation {7}requests {2}depth {2}cost\nshop 2.2 {2}Names [0-9a-f]{8} {2}1 → 2 {5}1 → 2 {2}11\n1 of 6 operations change.\n0$/,
  );
});

test('an operation that has no plan any more is named', async () => {
  const both = ['--from', file('served.graphql'), '--to', file('next.graphql')];
  expect(await run('plans.ts', [...both, '--usage', file('usage.sqlite')])).toMatch(
    /app 1\.0 .* can't be planned any more: .*"realm".*\n1 of 4 operations change.\n1$/s,
  );
});

test('without clients every breaking change counts', async () => {
  const against = ['--against', file('served.graphql')];
  expect(await run('check-schema.ts', [...against, '--schema', file('next.graphql')])).toMatch(
    /^BREAKS {2}Field 'secret'.*Which clients break is known with --documents or --usage\.\n1$/s,
  );
});

test('without a change nothing breaks', async () => {
  const same = ['--against', file('served.graphql'), '--schema', file('served.graphql')];
  expect(await run('check-schema.ts', same)).toBe('Nothing breaks a client.\n0');
});

test('a recording that is missing ends with 2', async () => {
  const missing = ['--against', file('served.graphql'), '--usage', file('missing.sqlite')];
  expect(await run('check-schema.ts', missing)).toMatch(/ENOENT.*\n2$/s);
});

test('a file that is no schema ends with 2', async () => {
  await writeFile(file('broken.graphql'), 'type Query {');
  expect(await run('check-schema.ts', ['--against', file('broken.graphql')])).toMatch(
    /broken\.graphql can't be used: Syntax Error.*\n2$/s,
  );
});

test('days that are older than 90 days are in no answer', async () => {
  {
    await using store = await openSqliteUsage(file('old.sqlite'));
    const old = { client: 'old', version: '', coordinates: new Map([['Query.secret', 1]]), operations: [] };
    await store.add({ ...old, day: dayOf(Date.now() - 90 * 24 * 60 * 60 * 1000) });
  }
  const against = ['--against', file('served.graphql'), '--schema', file('next.graphql')];
  expect(await run('check-schema.ts', [...against, '--usage', file('old.sqlite')])).toMatch(
    /^unused.*no client breaks\.\n0$/s,
  );
});
