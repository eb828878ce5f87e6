/**
 * Random supergraphs whose subgraphs answer like real subgraphs. In half of the supergraphs, numbers and IDs have too
 * many digits for a double (`long-values.ts`). Errors are added to the subgraphs' answers (`odd-answers.ts`):
 *
 * - Every query may get errors beside values, without a path, and at entities. The data must equal the data of one
 *   schema.
 * - Half of the queries may also get errors that make values null, and too few or too many entities. Their data may
 *   differ only in nulls that errors explain.
 *
 * Every added error must reach the client. It must not be at a leaf with another value.
 */
import { execute, type FormattedExecutionResult, type GraphQLFormattedError, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { type FetchSubgraph, LongNumber, parseJson } from '../../../../gateway/executor/index.ts';
import { seed as anySeed, pick, randomFrom } from '../../../support/random.ts';
import { isExhaustive } from '../../../support/sample.ts';
import { sizes } from '../../supergraphs/all.ts';
import { differences } from '../../support/differences.ts';
import { type RandomQuery, randomQuery } from '../../support/random-query.ts';
import { type RandomSupergraph, randomSupergraph } from '../random-supergraph.ts';
import { LongValues } from './long-values.ts';
import { OddAnswers, type PutError } from './odd-answers.ts';

/** By default, the test has a time limit, and always the same seed. */
const isDefault = process.env.CASES === undefined && process.env.SUPERGRAPHS === undefined;
const timeMs = isDefault ? (isExhaustive ? 10_000 : 6_000) : Number.POSITIVE_INFINITY;
const cases = Number(process.env.CASES ?? 400);
const casesEach = 10;
const supergraphs = Number(process.env.SUPERGRAPHS ?? Math.ceil(cases / casesEach));
const seed = process.env.SEED === undefined && isDefault ? 1 : anySeed;

/** The maximum number of errors in an answer of the gateway. Further errors are left out. */
const maxErrors = 1000;

/**
 * The counts of all queries. `put` counts the added errors, and `leaves` the added errors whose value is a leaf.
 * `leavesAtPlace` counts the errors of `leaves` that were reported at a leaf.
 */
const seen = { queries: 0, put: 0, leaves: 0, leavesAtPlace: 0 };

const leastAtPlace = 0.55;

interface Odd {
  readonly supergraph: RandomSupergraph;
  /** Null if the subgraphs have short numbers and IDs. */
  readonly longValues: LongValues | null;
}

function oddSupergraph(seedHere: number): Odd | undefined {
  const longValues = seedHere % 2 === 0 ? new LongValues() : null;
  const supergraph = randomSupergraph(seedHere, longValues ?? undefined);
  return supergraph && { supergraph, longValues };
}

/**
 * The value as text without quotes. An ID may be a number in a subgraph's answer, but is a text in the client's answer.
 */
const textOf = (value: unknown): string => (JSON.stringify(value) ?? '').replaceAll('"', '');

function valueAt(data: unknown, { path = [] }: GraphQLFormattedError): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null ? null : Reflect.get(Object(value), key)),
    data,
  );
}

function isLeaf(value: unknown): boolean {
  return value !== null && (typeof value !== 'object' || value instanceof LongNumber);
}

/** Expects that the error is in the answer. If the error is at a leaf, the leaf must have the error's value. */
function expectReached({ message, value }: PutError, answer: FormattedExecutionResult, report: string): void {
  const errors = answer.errors?.filter((error) => error.message === message) ?? [];
  expect(errors.length, `${message} is lost\n${report}`).toBeGreaterThan(0);
  const found = errors.map((error) => valueAt(answer.data, error));
  expect(found, `${message} leads nowhere\n${report}`).not.toContain(undefined);
  // Another subgraph may have a value where this subgraph has null.
  const leaves = value === null ? [] : found.filter(isLeaf).map(textOf);
  expect(new Set(leaves), `${message} is at another value\n${report}`).toEqual(
    new Set(leaves.slice(0, 1).map(() => textOf(value))),
  );
  if (value !== undefined && isLeaf(value)) {
    seen.leaves++;
    seen.leavesAtPlace += Number(leaves.length > 0);
  }
}

async function compare(
  { supergraph, longValues }: Odd,
  query: RandomQuery,
  random: () => number,
): Promise<void> {
  const { world, monolith, sdls } = supergraph;
  const mayTakeData = random() < 0.5;
  const odd = new OddAnswers(random, { mayTakeData });
  const fetch: FetchSubgraph = async (request) => odd.change(request, await world.fetch(request));
  const percentage = pick(random, [0, 20, 70, 99]);
  supergraph.drawPercentage(percentage);
  const answer = (await world.ask(query.query, {
    variables: query.variables,
    fetch,
  })) as FormattedExecutionResult;
  if (
    answer.data === undefined ||
    supergraph.satisfiability(percentage).missing(query.query, query.variables)
  ) {
    return;
  }
  const document = parse(query.query);
  const { data } = await execute({ ...monolith, document, variableValues: query.variables });
  const expected = JSON.stringify(longValues?.forClients(data) ?? data);
  const report = [
    `SEED=${supergraph.seed} SUPERGRAPHS=1`,
    query.query,
    JSON.stringify(query.variables),
    JSON.stringify(answer.errors),
    ...world.requests.map((request) => JSON.stringify(request)),
    ...Object.entries(sdls).map(([name, sdl]) => `--- ${name}\n${sdl}`),
  ].join('\n');
  seen.queries++;
  seen.put += odd.put.length;
  if (mayTakeData) {
    const exact = { ...answer, data: parseJson(Buffer.from(JSON.stringify(answer.data))) };
    const found = differences(exact as FormattedExecutionResult, parseJson(Buffer.from(expected)));
    expect(found, report).toEqual([]);
  } else {
    expect(JSON.stringify(answer.data), report).toBe(expected);
  }
  if ((answer.errors ?? []).length < maxErrors) {
    for (const error of odd.put) {
      expectReached(error, answer, report);
    }
  }
}

test('answers of random supergraphs keep their data, their digits, and every error', {
  timeout: 7_200_000,
}, async () => {
  process.stdout.write(`random answers: SEED=${seed} CASES=${cases} SUPERGRAPHS=${supergraphs}\n`);
  const end = performance.now() + timeMs;
  for (let tried = 0, composed = 0; composed < supergraphs && performance.now() < end; tried++) {
    const odd = oddSupergraph(seed + tried);
    if (odd === undefined) {
      continue;
    }
    composed++;
    const random = randomFrom(odd.supergraph.seed);
    const { schema } = odd.supergraph.world.engine;
    for (let asked = 0; asked < casesEach && performance.now() < end; ) {
      const query = randomQuery(schema, random, pick(random, sizes));
      if (validate(schema, parse(query.query)).length === 0) {
        asked++;
        await compare(odd, query, random);
      }
    }
  }
  process.stdout.write(`random answers: ${JSON.stringify(seen)}\n`);
  // The other errors are at values that only the gateway selected: keys, and fields that other fields require.
  expect(seen.leavesAtPlace).toBeGreaterThan(seen.leaves * leastAtPlace - 10);
});
