import { execute, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { market, monolith } from './market.ts';
import { randomQueries } from './random-query.ts';
import { createWorld } from './subgraphs.ts';

const world = createWorld(market);
const { schema, rootValue } = monolith(world.engine.schema);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const runs = Number(process.env.RUNS ?? 400);

/** False where the planner has no plan. */
async function compare(query: string, variables: Record<string, unknown> = {}): Promise<boolean> {
  const answer = await world.ask(query, { variables });
  // Where an entity was reached by another key, router-query-planner 0.0.38 does not plan a field that requires what
  // is behind both keys: it says "Expected a single parent". That is an error, and no wrong answer.
  if (/delivery|label/.test(query) && answer.errors?.[0]?.extensions?.code === 'PLANNING_FAILED') {
    return false;
  }
  const expected = await execute({ schema, document: parse(query), rootValue, variableValues: variables });
  // As text: the order of keys is part of the answer.
  expect(JSON.stringify(answer, null, 1), query).toBe(JSON.stringify(expected, null, 1));
  return true;
}

test.each([
  [
    'an alias over a key',
    '{ product(id: "p1") { id: name shipping price(currency: USD) reviews { media { __typename title ... on Book { pages } } } } }',
  ],
  [
    'fields that require with arguments',
    '{ products { shipping price delivery label other: price(currency: HKD) } }',
  ],
  [
    'an interface object whose type is elsewhere',
    '{ reviews { media { score ... on Book { pages } ... on Film { minutes } } author { ... on Person { name } ... on Bot { model } } } }',
  ],
  [
    'fields of one name and other types',
    '{ search { ... on Book { length } ... on Film { sequel { length: title } } ... on Media { score } ... on Product { length: inStock } } }',
  ],
  [
    'the same entity in many places',
    '{ makers { name products { name reviews(first: 1) { id media { title } } } best { name inStock dims { w h } } } }',
  ],
  ['lists in lists', '{ products { grid { id inStock related { sku old } } tags } }'],
  [
    'a union with an interface',
    '{ search { ... on Node { id } ... on Media { sequel { score title } about { ... on Product { kind shipping } } } } }',
  ],
  [
    'an alias that is a property of every object',
    '{ products { constructor: id toString: inStock __proto__: name } }',
  ],
  ['a lookup by @oneOf', '{ find(by: { sku: "sku-2" }) { id inStock } }'],
])('the gateway answers like one schema: %s', async (_, query) => {
  expect(await compare(query)).toBe(true);
});

test(`the gateway answers like one schema: ${runs} random queries, SEED=${seed}`, {
  timeout: 120_000,
}, async () => {
  let compared = 0;
  for (const { query, variables } of randomQueries(world.engine.schema, seed)) {
    if (validate(world.engine.schema, parse(query)).length > 0) {
      continue;
    }
    compared += Number(await compare(query, variables));
    if (compared >= runs) {
      break;
    }
  }
});
