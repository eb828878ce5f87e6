/**
 * The gateway over each small supergraph gives the same answers as graphql-js over one schema with the same data. Each
 * supergraph has queries of its own, and random queries. Planning fails exactly for the random queries that no gateway
 * can satisfy.
 */
import { buildSchema, parse, printSchema, validate } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { Satisfiability } from '../satisfiability/satisfiability.ts';
import { expectSame, type Monolith } from '../support/compare.ts';
import { randomQuery } from '../support/random-query.ts';
import { createWorld, type World } from '../support/subgraphs.ts';
import { sizes, supergraphs } from './all.ts';
import { subgraphsOf } from './supergraph.ts';

/** The number of random queries over each supergraph. */
const cases = Number(process.env.CASES ?? (isExhaustive ? 60 : 30));
process.stdout.write(`random queries over small supergraphs: SEED=${seed} CASES=${cases} each\n`);

describe.each(Object.entries(supergraphs))('%s is answered like one schema', (_, supergraph) => {
  let world: World;
  let monolith: Monolith;
  const check = new Satisfiability(supergraph.subgraphs);
  beforeAll(() => {
    world = createWorld(subgraphsOf(supergraph));
    monolith = { schema: buildSchema(printSchema(world.engine.schema)), rootValue: supergraph.root };
  });

  const compare = async (query: string, variables: Record<string, unknown> = {}) => {
    const answer = await world.ask(query, { variables });
    if (check.missing(query, variables) !== undefined) {
      expect(answer.errors?.[0]?.extensions?.code, query).toBe('PLANNING_FAILED');
      return false;
    }
    const requests = world.requests.map(
      (request) => `${request.subgraph} ${request.operation} ${JSON.stringify(request.variables)}`,
    );
    const report = [`SEED=${seed}`, query, JSON.stringify(variables), ...requests].join('\n');
    await expectSame(answer, query, variables, monolith, report);
    return true;
  };

  test.each(supergraph.queries)('%s', async (query) => {
    expect(await compare(query)).toBe(true);
  });

  test('random queries', { timeout: 300_000 }, async () => {
    const random = randomFrom(seed);
    const { schema } = world.engine;
    let tried = 0;
    let unsatisfiable = 0;
    while (tried < cases) {
      const { query, variables } = randomQuery(schema, random, pick(random, sizes));
      if (validate(schema, parse(query)).length === 0) {
        tried++;
        unsatisfiable += Number(!(await compare(query, variables)));
      }
    }
    expect(unsatisfiable).toBeLessThan(cases / 5);
  });
});
