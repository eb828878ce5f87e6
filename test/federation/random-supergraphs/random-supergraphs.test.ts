/**
 * The gateway over random supergraphs answers random queries like one schema with the same data. A query has no plan
 * if, and only if, an independent check finds that federation's rules can't resolve one of its fields.
 *
 * `design.ts` explains how a seed becomes a supergraph. `SEED=… SUPERGRAPHS=1` repeats one supergraph.
 * `npm run fuzz:planner` tries many.
 */
import { buildSchema, parse, printSchema, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine/engine.ts';
import { seed as anySeed, pick, randomFrom } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { sizes } from '../supergraphs/all.ts';
import { subgraphsOf } from '../supergraphs/supergraph.ts';
import { expectSame } from '../support/compare.ts';
import {
  addedArgumentsQuery,
  overlappingQuery,
  type RandomQuery,
  randomMutation,
  randomQuery,
  sameNamesQuery,
} from '../support/random-query.ts';
import { compose, fetchFrom, worldOf } from '../support/subgraphs.ts';
import { crowd } from './additions/crowd.ts';
import { type RandomSupergraph, randomSupergraph } from './random-supergraph.ts';
import { Rng } from './rng.ts';

/** By default, the test runs until its time is over. */
const isDefault = process.env.CASES === undefined && process.env.SUPERGRAPHS === undefined;
const timeMs = isDefault ? (isExhaustive ? 10_000 : 6_000) : Number.POSITIVE_INFINITY;
/** The number of random queries in total, and the number for each supergraph. */
const cases = Number(process.env.CASES ?? 800);
const casesEach = isDefault ? 10 : 20;
const supergraphs = Number(process.env.SUPERGRAPHS ?? Math.ceil(cases / casesEach));

/** The default seed is fixed, so that an unrelated change can't make this test fail. */
const seed = process.env.SEED === undefined && isDefault ? 1 : anySeed;

/** The percentages that requests draw. They are below and above the percentages in `design.ts`. */
const percentages = [0, 20, 70, 99];

/**
 * The result of a comparison with one schema. `same`: both answers have no errors. `sameErrors`: the data has a null
 * where the schema allows none, and both answers became null around it. `unsatisfiable`: the query has no plan.
 * `tooLarge`: the query has more fields than the gateway allows.
 */
type Outcome = 'same' | 'sameErrors' | 'unsatisfiable' | 'tooLarge';

/**
 * Compares the answer to one query. Fails if the answer is wrong, or if there is none although the query can be
 * resolved.
 */
async function compare(
  { seed, sdls, world, monolith, satisfiability, drawPercentage, begin, rejected }: RandomSupergraph,
  { query, variables }: RandomQuery,
  percentage: number,
): Promise<Outcome> {
  drawPercentage(percentage);
  begin();
  const answer = await world.ask(query, { variables });
  const missing = satisfiability(percentage).missing(query, variables);
  const report = [
    `SEED=${seed} SUPERGRAPHS=1`,
    query,
    JSON.stringify(variables),
    `${percentage} %`,
    `missing: ${missing}`,
    '--- asked',
    ...world.requests.map((request) => JSON.stringify(request)),
    ...Object.entries(sdls).map(([name, sdl]) => `--- ${name}\n${sdl}`),
  ].join('\n');
  expect(rejected, report).toEqual([]);
  const code = answer.data === undefined ? answer.errors?.[0]?.extensions?.code : undefined;
  if (code === 'OPERATION_TOO_LARGE') {
    return 'tooLarge';
  }
  if (code === 'PLANNING_FAILED') {
    expect(missing, `no plan, but it can be resolved\n${report}`).toBeDefined();
    return 'unsatisfiable';
  }
  begin();
  await expectSame(answer, query, variables, monolith, report);
  expect(missing, `a plan, but the check finds no route\n${report}`).toBeUndefined();
  return answer.errors === undefined ? 'same' : 'sameErrors';
}

/** The supergraphs that compose, for the seeds from `seed` on, until the time is over. */
function* composedSupergraphs(end: number): Generator<RandomSupergraph> {
  let tried = 0;
  let composed = 0;
  for (; composed < supergraphs && performance.now() < end; tried++) {
    const supergraph = randomSupergraph(seed + tried);
    if (supergraph !== undefined) {
      composed++;
      yield supergraph;
      if (composed % 100 === 0) {
        process.stdout.write(`random supergraphs: ${composed} of ${supergraphs}, all the same\n`);
      }
    }
  }
  process.stdout.write(`random supergraphs: ${composed} of ${tried} composed\n`);
}

function anyQuery({ schema }: RandomSupergraph['world']['engine'], random: () => number): RandomQuery {
  const drawn = random();
  const special =
    drawn < 0.35
      ? overlappingQuery(schema, random)
      : drawn < 0.5
        ? sameNamesQuery(schema, random)
        : drawn < 0.6
          ? randomMutation(schema, random, pick(random, sizes))
          : drawn < 0.65
            ? addedArgumentsQuery(schema, random)
            : undefined;
  return special ?? randomQuery(schema, random, pick(random, sizes));
}

/**
 * Whether to ask the query. Only some of the unsatisfiable queries are asked, because over some supergraphs most
 * queries are unsatisfiable.
 */
function isWorthAsking(
  { satisfiability }: RandomSupergraph,
  { query, variables }: RandomQuery,
  percentage: number,
  random: () => number,
): boolean {
  return satisfiability(percentage).missing(query, variables) === undefined || random() < 0.1;
}

test('random supergraphs are answered like one schema', { timeout: 7_200_000 }, async () => {
  process.stdout.write(`random supergraphs: SEED=${seed} CASES=${cases} SUPERGRAPHS=${supergraphs}\n`);
  const outcomes: Record<Outcome, number> = { same: 0, sameErrors: 0, unsatisfiable: 0, tooLarge: 0 };
  const end = performance.now() + timeMs;
  for (const supergraph of composedSupergraphs(end)) {
    const { engine } = supergraph.world;
    const random = randomFrom(supergraph.seed);
    for (let tried = 0; tried < casesEach && performance.now() < end; ) {
      const query = anyQuery(engine, random);
      const percentage = pick(random, percentages);
      if (
        validate(engine.schema, parse(query.query)).length === 0 &&
        isWorthAsking(supergraph, query, percentage, random)
      ) {
        outcomes[await compare(supergraph, query, percentage)]++;
        tried++;
      }
    }
  }
  process.stdout.write(`random supergraphs: ${JSON.stringify(outcomes)}\n`);
  const queries = Object.values(outcomes).reduce((sum, count) => sum + count);
  expect(outcomes.same).toBeGreaterThan(0.5 * queries);
});

test('abstract types with thousands of object types are answered like one schema', {
  timeout: 120_000,
}, async () => {
  const graph = crowd(new Rng(seed));
  const subgraphs = subgraphsOf(graph);
  const engine = createEngine(compose(subgraphs, { isUnproved: true }));
  const { ask } = worldOf(engine, fetchFrom(subgraphs));
  const schema = buildSchema(printSchema(engine.schema));
  const random = randomFrom(seed);
  for (let tried = 0; tried < 20; ) {
    const { query, variables } = randomQuery(engine.schema, random, pick(random, sizes));
    if (validate(engine.schema, parse(query)).length === 0) {
      const answer = await ask(query, { variables });
      await expectSame(answer, query, variables, { schema, rootValue: graph.root }, `SEED=${seed} ${query}`);
      tried++;
    }
  }
});
