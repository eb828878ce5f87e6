/** A planner that ends with its process takes nothing else with it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { plannerApart } from '../../../../gateway/planner/plan-apart.ts';
import { PlannerGone } from '../../../../gateway/planner/planner-child.ts';
import { compose, createWorld } from '../../../federation/support/subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n';
const thing = { id: '1', alt: 'a', r: 1, v: 2 };
/** The planner panics over `q`, by the supergraph as it is composed. */
const subgraphs = {
  one: {
    sdl: `${link} type Query { c: C } type C @key(fields: "id") { id: ID! r: Int }`,
    resolvers: { Query: { c: () => thing } },
  },
  two: {
    sdl: `${link} type C @key(fields: "id") @key(fields: "alt") { id: ID! alt: ID! v: Int }`,
    resolvers: { C: { __resolveReference: () => thing } },
  },
  three: {
    sdl: `${link}
      type C @key(fields: "id") @key(fields: "alt") {
        id: ID! alt: ID! r: Int @external v: Int @external q: Int @requires(fields: "r v")
      }`,
    resolvers: {
      C: { __resolveReference: (of: { r: number; v: number }) => ({ ...of, q: of.r + of.v }) },
    },
  },
};

const overloaded = {
  errors: [
    {
      message: 'The gateway has too much to do: try again in a second.',
      extensions: { code: 'UNAVAILABLE' },
    },
  ],
};

test('the others under way have their plans, and who ended it is told and known again', async () => {
  const planApart = plannerApart(compose(subgraphs));
  const plans = await Promise.allSettled([
    planApart('{ c { id } }', 0),
    planApart('{ c { q } }', 0),
    planApart('{ c { v } }', 0),
    planApart('{ nothing }', 0),
  ]);
  expect(plans.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(plans[1]).toMatchObject({ reason: expect.any(PlannerGone) });
  expect(plans[3]).not.toMatchObject({ reason: expect.any(PlannerGone) });
  await expect(planApart('{ c { q } }', 0)).rejects.toThrow('does not survive');
  await expect(planApart('{ c { r } }', 0)).resolves.toMatchObject({ kind: expect.any(String) });
}, 30_000);

test('several that end it keep nothing else from being planned, nor are others taken for them', async () => {
  const planApart = plannerApart(compose(subgraphs));
  const documents = Array.from(
    { length: 12 },
    (_, n) => `{ c { ${n % 4 === 0 ? `a${n}: q` : `a${n}: v`} } }`,
  );
  const plans = await Promise.allSettled(documents.map((document) => planApart(document, 0)));
  expect(plans.map(({ status }) => status === 'fulfilled')).toEqual(
    documents.map((document) => !document.includes('q')),
  );
}, 30_000);

test('where no process can be started there is no plan, for now, and clients are told to come again', async () => {
  const script = fileURLToPath(new URL('./without-descriptors.ts', import.meta.url));
  const limited = 'ulimit -n 100 && exec "$0" "$1"';
  const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, script]);
  expect(JSON.parse(stdout)).toEqual([
    { name: 'PlannerGone', code: 'unstarted' },
    overloaded,
    'Fetch',
    { data: { me: { status: 'ACTIVE' } } },
  ]);
}, 30_000);

test('what there is no room for is told so, and has its plan another time', async () => {
  const world = createWorld(subgraphs);
  const queries = Array.from({ length: 1_010 }, (_, n) => `{ c { a${n}: v } }`);
  const answers = await Promise.all(queries.map((query) => world.ask(query)));
  expect(answers.slice(1_004)).toEqual(queries.slice(1_004).map(() => overloaded));
  expect(answers[0]).toEqual({ data: { c: { a0: 2 } } });
  expect(await world.ask('{ c { a1009: v } }')).toEqual({ data: { c: { a1009: 2 } } });
}, 60_000);

test('the gateway goes on, and answers or says that it has no plan', async () => {
  const world = createWorld(subgraphs);
  const { data, errors } = await world.ask('{ c { q r } }');
  expect(data === undefined ? errors?.[0]?.extensions?.code : data).toEqual(
    data === undefined ? 'PLANNING_FAILED' : { c: { q: 3, r: 1 } },
  );
  expect(await world.ask('{ c { r v } }')).toEqual({ data: { c: { r: 1, v: 2 } } });
}, 30_000);
