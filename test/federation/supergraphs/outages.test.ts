import { buildSchema, execute, type GraphQLFormattedError, parse, printSchema, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type FetchSubgraph, SubgraphFailure } from '../../../gateway/executor/index.ts';
import { createWorld } from '../cases/subgraphs.ts';
import { pick, randomOf, seed } from '../market/random.ts';
import { randomQuery } from '../market/random-query.ts';
import { sizes, supergraphs } from './all.ts';
import { subgraphsOf } from './graph.ts';

/** Random queries over each supergraph. */
const cases = Number(process.env.CASES ?? 40);
process.stdout.write(`outages: SEED=${seed} CASES=${cases} each\n`);

type Path = readonly (string | number)[];

/** What differs from the whole answer but for nulls that have an error. */
function* differences(
  data: unknown,
  whole: unknown,
  explained: ReadonlySet<string>,
  path: Path,
): Generator<string> {
  if (data === null) {
    if (whole !== null && !explained.has(JSON.stringify(path))) {
      yield `${path.join('.')} is null, and has no error`;
    }
  } else if (typeof data !== 'object' || typeof whole !== 'object' || whole === null) {
    if (data !== whole) {
      yield `${path.join('.')} is ${JSON.stringify(data)} and not ${JSON.stringify(whole)}`;
    }
  } else {
    if (String(Object.keys(data)) !== String(Object.keys(whole))) {
      yield `${path.join('.')} has ${Object.keys(data)} and not ${Object.keys(whole)}`;
    }
    for (const [key, value] of Object.entries(data)) {
      const segment = Array.isArray(data) ? Number(key) : key;
      yield* differences(value, Reflect.get(whole, key), explained, [...path, segment]);
    }
  }
}

/** The nulls that errors lead to. */
function explainedNulls(data: unknown, errors: readonly GraphQLFormattedError[]): ReadonlySet<string> {
  return new Set(
    errors.map(({ path = [] }) => {
      let value = data;
      const taken: (string | number)[] = [];
      for (const segment of path) {
        if (value === null) {
          break;
        }
        value = Reflect.get(Object(value), segment);
        taken.push(segment);
      }
      return JSON.stringify(taken);
    }),
  );
}

describe.each(Object.entries(supergraphs))('%s, where subgraphs are down', (_, supergraph) => {
  test('what is null has an error, and all else is as ever', { timeout: 300_000 }, async () => {
    const world = createWorld(subgraphsOf(supergraph));
    const { schema } = world.engine;
    const monolith = buildSchema(printSchema(schema));
    const random = randomOf(seed);
    const fetch: FetchSubgraph = (request) =>
      random() < 0.3
        ? Promise.reject(new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE'))
        : world.fetch(request);
    let withErrors = 0;
    for (let tried = 0; tried < cases; ) {
      const { query, variables } = randomQuery(schema, random, pick(random, sizes));
      const document = parse(query);
      if (validate(schema, document).length > 0) {
        continue;
      }
      tried++;
      const { data, errors = [] } = await world.engine.execute({ document, variables, fetch });
      if (data === undefined) {
        continue;
      }
      withErrors += Number(errors.length > 0);
      const whole = await execute({
        schema: monolith,
        document,
        rootValue: supergraph.root,
        variableValues: variables,
      });
      // As text: a subgraph's keys may be a null prototype's.
      const plain: unknown = JSON.parse(JSON.stringify(whole.data));
      const found = [...differences(data, plain, explainedNulls(data, errors), [])];
      expect(found, `SEED=${seed}\n${query}\n${JSON.stringify(variables)}`).toEqual([]);
    }
    expect(withErrors).toBeGreaterThan(0);
  });
});
