/**
 * While subgraphs are down, the gateway answers everything that it can. Each value is right, or it is null and has an
 * error. The cases are random queries over each small supergraph. Each request to a subgraph fails with a probability
 * of 0.3.
 */
import { buildSchema, execute, type FormattedExecutionResult, parse, printSchema, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { type FetchSubgraph, SubgraphFailure } from '../../../gateway/executor/index.ts';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { differences } from '../support/differences.ts';
import { randomQuery } from '../support/random-query.ts';
import { createWorld } from '../support/subgraphs.ts';
import { sizes, supergraphs } from './all.ts';
import { subgraphsOf } from './supergraph.ts';

/** The number of random queries over each supergraph. */
const cases = Number(process.env.CASES ?? 40);
process.stdout.write(`outages: SEED=${seed} CASES=${cases} each\n`);

describe.each(Object.entries(supergraphs))('%s, while subgraphs are down', (_, supergraph) => {
  test('every null has an error, and every other value is right', { timeout: 300_000 }, async () => {
    const world = createWorld(subgraphsOf(supergraph));
    const { schema } = world.engine;
    const monolith = buildSchema(printSchema(schema));
    const random = randomFrom(seed);
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
      const answer = await world.engine.execute({
        document,
        variables,
        shared: null,
        allowance: null,
        fetch,
      });
      if (answer.data === undefined) {
        continue;
      }
      withErrors += Number(answer.errors !== undefined);
      const whole = await execute({
        schema: monolith,
        document,
        rootValue: supergraph.root,
        variableValues: variables,
      });
      const found = differences(answer as FormattedExecutionResult, whole.data);
      expect(found, `SEED=${seed}\n${query}\n${JSON.stringify(variables)}`).toEqual([]);
    }
    expect(withErrors).toBeGreaterThan(0);
  });
});
