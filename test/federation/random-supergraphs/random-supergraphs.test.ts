/**
 * Supergraphs that nobody thought of are answered like one schema that has their data, or with errors, or not at all: never
 * otherwise without a word.
 */
import { execute, type FormattedExecutionResult, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { seed as anySeed, pick, randomOf } from '../market/random.ts';
import { overlappingQuery, type RandomQuery, randomQuery, sameNamesQuery } from '../market/random-query.ts';
import { sizes } from '../supergraphs/all.ts';
import { differences } from './differences.ts';
import { type RandomSupergraph, randomSupergraph } from './random-supergraph.ts';

/** Supergraphs; of themselves, as many as there is time for. An operation that the planner never ends takes twenty seconds. */
const { supergraphs, timeMs } =
  process.env.SUPERGRAPHS === undefined
    ? { supergraphs: 40, timeMs: 10_000 }
    : { supergraphs: Number(process.env.SUPERGRAPHS), timeMs: Number.POSITIVE_INFINITY };
/** Random queries over all of them, and over each. */
const cases = Number(process.env.CASES ?? 800);
const casesEach = Math.ceil(cases / supergraphs);

/** Always the same unless it is given, or a number of supergraphs is: chance may find what nobody has mended yet. */
const seed = process.env.SEED === undefined && process.env.SUPERGRAPHS === undefined ? 1 : anySeed;

/** What a plan may come to that asks for things in the wrong order, where a field requires something (decision 6). */
const known = /^No subgraph answered \w+\.\w+\.$/;

type Outcome = 'same' | 'partly' | 'planless' | 'tooLarge';

/** What becomes of a query. Fails where the answer is wrong. */
async function compare(
  { seed, sdls, world, monolith, requiring, refused }: RandomSupergraph,
  { query, variables }: RandomQuery,
): Promise<Outcome> {
  const answer = await world.ask(query, { variables });
  const expected = await execute({ ...monolith, document: parse(query), variableValues: variables });
  const told = [
    `SEED=${seed} SUPERGRAPHS=1 CASES=${casesEach}`,
    ...[query, JSON.stringify(variables)],
    ...['--- answered', JSON.stringify(answer, null, 1), '--- expected', JSON.stringify(expected, null, 1)],
    ...['--- asked', ...world.requests.map((request) => JSON.stringify(request))],
    ...Object.entries(sdls).map(([name, sdl]) => `--- ${name}\n${sdl}`),
  ].join('\n');
  expect(refused, told).toEqual([]);
  if (answer.data === undefined) {
    const code = answer.errors?.[0]?.extensions?.code;
    expect(code, told).toMatch(/^(PLANNING_FAILED|OPERATION_TOO_LARGE)$/);
    return code === 'PLANNING_FAILED' ? 'planless' : 'tooLarge';
  }
  expect(expected.errors, told).toBeUndefined();
  if (requiring.some((name) => new RegExp(`\\b${name}\\b`).test(query))) {
    for (const { message } of answer.errors ?? []) {
      expect(message, told).toMatch(known);
    }
  } else {
    expect(answer.errors, told).toBeUndefined();
  }
  expect(differences(answer as FormattedExecutionResult, expected.data), told).toEqual([]);
  return answer.errors === undefined ? 'same' : 'partly';
}

/** From the seed on, those that compose, until there is no time. */
function* composing(end: number): Generator<RandomSupergraph> {
  let tried = 0;
  let made = 0;
  for (; made < supergraphs && performance.now() < end; tried++) {
    const supergraph = randomSupergraph(seed + tried);
    if (supergraph !== undefined) {
      made++;
      yield supergraph;
    }
  }
  process.stdout.write(`random supergraphs: ${made} of ${tried} composed\n`);
}

test('random supergraphs are answered like one schema', { timeout: 7_200_000 }, async () => {
  process.stdout.write(`random supergraphs: SEED=${seed} SUPERGRAPHS=${supergraphs} CASES=${cases}\n`);
  const outcomes: Record<Outcome, number> = { same: 0, partly: 0, planless: 0, tooLarge: 0 };
  const end = performance.now() + timeMs;
  for (const supergraph of composing(end)) {
    const { schema } = supergraph.world.engine;
    const random = randomOf(supergraph.seed);
    for (let tried = 0; tried < casesEach && performance.now() < end; ) {
      const drawn = random();
      const special =
        drawn < 0.35
          ? overlappingQuery(schema, random)
          : drawn < 0.5
            ? sameNamesQuery(schema, random)
            : undefined;
      const query = special ?? randomQuery(schema, random, pick(random, sizes));
      if (validate(schema, parse(query.query)).length === 0) {
        outcomes[await compare(supergraph, query)]++;
        tried++;
      }
    }
  }
  const queries = Object.values(outcomes).reduce((sum, count) => sum + count);
  process.stdout.write(`random supergraphs: ${queries} queries, answered ${JSON.stringify(outcomes)}\n`);
  // Those without a plan are mostly of one supergraph, which may be one of few where the time is over soon.
  expect(outcomes.planless).toBeLessThan(0.1 * queries + casesEach);
  expect(outcomes.partly).toBeLessThan(0.02 * queries + casesEach);
});
