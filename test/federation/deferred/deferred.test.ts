/**
 * Random `@defer` over random supergraphs, in both formats: the parts of an answer, joined, equal the answer of one
 * schema that knows no `@defer`. Half of the supergraphs have subgraphs that are late, fail or answer with errors: then
 * a difference is explained by an error.
 *
 * `SEED=… SUPERGRAPHS=1` repeats one supergraph. `npm run fuzz:defer` tries many.
 */
import { execute, type FormattedExecutionResult, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import type { IncrementalFormat } from '../../../gateway/engine/request.ts';
import { seed as anySeed, pick, randomFrom } from '../../support/random.ts';
import { type RandomSupergraph, randomSupergraph } from '../random-supergraphs/random-supergraph.ts';
import { sizes } from '../supergraphs/all.ts';
import { faulty, unexplained } from '../support/faults.ts';
import { type RandomQuery, randomMutation, randomQuery } from '../support/random-query.ts';
import { joined } from './join-parts.ts';
import { withRandomDefer } from './random-defer.ts';

/** By default, the test runs until its time is over. */
const isDefault = process.env.CASES === undefined && process.env.SUPERGRAPHS === undefined;
const timeMs = isDefault ? 6000 : Number.POSITIVE_INFINITY;
const cases = Number(process.env.CASES ?? 600);
const casesEach = 20;
const supergraphs = Number(process.env.SUPERGRAPHS ?? Math.ceil(cases / casesEach));
const seed = process.env.SEED === undefined && isDefault ? 1 : anySeed;

const formats: readonly IncrementalFormat[] = ['20220824', 'v0.2'];

/** `inParts` had more than one part. `withErrors` had errors. */
const seen = { whole: 0, inParts: 0, parts: 0, withErrors: 0, notPlanned: 0 };

/** A deferred block of a mutation is read when the later mutations have moved the clock on. */
const readsClock = ({ query }: RandomQuery): boolean => query.startsWith('mutation') && /\bnow\b/.test(query);

async function compare(
  { seed, sdls, world, monolith, satisfiability, drawPercentage, begin, rejected }: RandomSupergraph,
  { query, variables }: RandomQuery,
  random: () => number,
  isFaulty: boolean,
): Promise<void> {
  const percentage = pick(random, [0, 20, 70, 99]);
  if (satisfiability(percentage).missing(query, variables) !== undefined) {
    return;
  }
  begin();
  const plain = (await execute({
    ...monolith,
    document: parse(query),
    variableValues: variables,
  })) as FormattedExecutionResult;
  for (const incremental of formats) {
    drawPercentage(percentage);
    begin();
    const fetch = isFaulty ? faulty(world.fetch, random) : world.fetch;
    const result = await world.ask(query, { variables, incremental, fetch });
    const report = [
      `SEED=${seed} SUPERGRAPHS=1 in ${incremental}`,
      query,
      JSON.stringify(variables),
      JSON.stringify({ ...result, further: undefined }),
      ...Object.entries(sdls).map(([name, sdl]) => `--- ${name}\n${sdl}`),
    ].join('\n');
    const answer = await joined(result, incremental, report);
    expect(rejected, report).toEqual([]);
    if (answer.data === undefined) {
      seen.notPlanned++;
      expect(result.errors?.[0]?.extensions?.code, report).toBe('OPERATION_TOO_LARGE');
      continue;
    }
    const shown = () => `${report}\n${answer.parts.map((part) => JSON.stringify(part)).join('\n')}`;
    if (plain.errors === undefined && answer.errors.length === 0) {
      expect(answer.data, shown()).toEqual(JSON.parse(JSON.stringify(plain.data)));
    } else {
      seen.withErrors++;
      expect(isFaulty || plain.errors !== undefined, shown()).toBe(true);
      expect(unexplained(answer, plain), shown()).toEqual([]);
    }
    seen.parts += answer.parts.length;
    seen[answer.parts.length === 0 ? 'whole' : 'inParts']++;
  }
}

test('the parts of an answer, joined, are the whole answer', { timeout: 7_200_000 }, async () => {
  process.stdout.write(`random @defer: SEED=${seed} CASES=${cases} SUPERGRAPHS=${supergraphs}\n`);
  const end = performance.now() + timeMs;
  for (let tried = 0, composed = 0; composed < supergraphs && performance.now() < end; tried++) {
    const supergraph = randomSupergraph(seed + tried);
    if (supergraph === undefined) {
      continue;
    }
    composed++;
    const random = randomFrom(supergraph.seed);
    const { schema } = supergraph.world.engine;
    for (let asked = 0; asked < casesEach && performance.now() < end; ) {
      const plainQuery =
        (random() < 0.1 ? randomMutation(schema, random, pick(random, sizes)) : undefined) ??
        randomQuery(schema, random, pick(random, sizes));
      const query = withRandomDefer(plainQuery, random);
      if (validate(schema, parse(query.query)).length === 0 && !readsClock(query)) {
        asked++;
        await compare(supergraph, query, random, supergraph.seed % 2 === 1);
      }
    }
  }
  process.stdout.write(`random @defer: ${JSON.stringify(seen)}\n`);
  expect(seen.inParts).toBeGreaterThan(seen.whole * 0.1);
});
