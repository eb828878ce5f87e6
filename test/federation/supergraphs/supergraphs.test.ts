import { buildSchema, parse, printSchema, validate } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../cases/subgraphs.ts';
import { expectSame, type Monolith } from '../market/compare.ts';
import { pick, randomOf, seed } from '../market/random.ts';
import { randomQuery } from '../market/random-query.ts';
import { sizes, supergraphs } from './all.ts';
import { subgraphsOf } from './graph.ts';

/** Random queries over each supergraph. */
const cases = Number(process.env.CASES ?? 60);
process.stdout.write(`random queries over small supergraphs: SEED=${seed} CASES=${cases} each\n`);

describe.each(Object.entries(supergraphs))('%s is answered like one schema', (_, supergraph) => {
  let world: World;
  let monolith: Monolith;
  beforeAll(() => {
    world = createWorld(subgraphsOf(supergraph));
    monolith = { schema: buildSchema(printSchema(world.engine.schema)), rootValue: supergraph.root };
  });

  /** False where there is no plan, which `mayFail`. */
  const compare = async (query: string, variables: Record<string, unknown> = {}, mayFail = false) => {
    const answer = await world.ask(query, { variables });
    if (mayFail && answer.errors?.[0]?.extensions?.code === 'PLANNING_FAILED') {
      return false;
    }
    const asked = world.requests.map(
      (request) => `${request.subgraph} ${request.operation} ${JSON.stringify(request.variables)}`,
    );
    const told = [`SEED=${seed}`, query, JSON.stringify(variables), ...asked].join('\n');
    await expectSame(answer, query, variables, monolith, told);
    return true;
  };

  test.each(supergraph.queries)('%s', async (query) => {
    expect(await compare(query)).toBe(true);
  });

  test('random queries', { timeout: 300_000 }, async () => {
    const random = randomOf(seed);
    const { schema } = world.engine;
    let tried = 0;
    let planless = 0;
    while (tried < cases) {
      const { query, variables } = randomQuery(schema, random, pick(random, sizes));
      if (validate(schema, parse(query)).length === 0) {
        tried++;
        planless += Number(!(await compare(query, variables, supergraph.planless)));
      }
    }
    expect(planless).toBeLessThan(cases / 5);
  });
});
