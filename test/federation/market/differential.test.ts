/**
 * The gateway over the market gives the same answers as graphql-js over one schema with the same data. There is one
 * query for each known difficulty, and there are random queries.
 */
import { parse, validate } from 'graphql';
import { test } from 'vitest';
import { pick, randomFrom, seed } from '../../support/random.ts';
import { isExhaustive } from '../../support/sample.ts';
import { expectSame } from '../support/compare.ts';
import { overlappingQuery, randomQuery } from '../support/random-query.ts';
import { createWorld } from '../support/subgraphs.ts';
import { market, monolith } from './market.ts';

const world = createWorld(market);
const wholeMarket = monolith(world.engine.schema);
const cases = Number(process.env.CASES ?? (isExhaustive ? 2000 : 400));

async function compare(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const answer = await world.ask(query, { variables });
  const report = `SEED=${seed}\n${query}\n${JSON.stringify(variables)}`;
  await expectSame(answer, query, variables, wholeMarket, report);
}

test.each([
  [
    'an alias that is the name of a key field',
    '{ product(id: "p1") { id: name shipping price(currency: USD) reviews { media { __typename title ... on Book { pages } } } } }',
  ],
  ['an alias that is the name of a required field', '{ products { price: name dims: id shipping } }'],
  [
    'a field that is required with arguments, and selected with others',
    '{ products { shipping price delivery label other: price(currency: HKD) } }',
  ],
  ['fields that require fields of an interface or a union', '{ products { handling sample { grams } } }'],
  [
    'an @interfaceObject whose type another subgraph knows',
    '{ reviews { media { score likes ... on Book { pages } ... on Film { minutes } } author { ... on Person { name } ... on Bot { model } } } }',
  ],
  [
    'an @interfaceObject that is reached first',
    '{ favourite { likes __typename } media { likes ... on Film { minutes title } } }',
  ],
  [
    'fields with the same name and different types',
    '{ search { ... on Book { length } ... on Film { sequel { length: title } } ... on Media { score } ... on Product { length: inStock } } }',
  ],
  [
    'an entity that occurs many times',
    '{ makers { name products { name reviews(first: 1) { id media { title } } } best { name inStock dims { w h } } } }',
  ],
  [
    'an entity that one subgraph does not know',
    '{ products { inStock old weight name } novelties { slogan inStock } }',
  ],
  ['lists in lists', '{ products { grid { id inStock related { sku old } } tags } }'],
  [
    'a union with an interface',
    '{ search { ... on Node { id } ... on Media { sequel { score title } about { ... on Product { kind shipping } } } } }',
  ],
  [
    'a union with other members in each subgraph',
    '{ makers { known { ... on Maker { founded } ... on Product { slogan } } } anything { __typename ... on Maker { motto } } }',
  ],
  [
    'an enum with other values in each subgraph',
    '{ reviews { mood } people { mood admires { ... on Person { mood } } } }',
  ],
  ['an inaccessible enum value', '{ products { kind } }'],
  [
    'a custom scalar',
    '{ products { attributes(pick: { a: [1, { b: null }] }) } product(id: "p1") { attributes } }',
  ],
  [
    'an alias that is a property of every JavaScript object',
    '{ products { constructor: id toString: inStock __proto__: name } }',
  ],
  ['a @oneOf input', '{ find(by: { sku: "sku-2" }) { id inStock } }'],
  ['a field that fails', '{ reviews { text } media { likes } }'],
  ['a non-null field that fails', '{ products { id reviews(first: 7) { id stars } } }'],
  [
    'fragments that select more of the same field',
    '{ products { ...A ...B dims { h } } } fragment A on Product { dims { w } maker { name } } fragment B on Product { maker { motto best { id } } }',
  ],
  [
    'introspection beside data',
    '{ __schema { queryType { name } } products { id } __type(name: "Kind") { enumValues { name } } }',
  ],
  ['everything skipped', '{ products @skip(if: true) { id } people @include(if: false) { id } }'],
])('the gateway answers like one schema: %s', async (_, query) => {
  await compare(query);
});

test(`the gateway answers like one schema: ${cases} random queries`, { timeout: 600_000 }, async () => {
  process.stdout.write(`random queries over the market: SEED=${seed} CASES=${cases}\n`);
  const random = randomFrom(seed);
  const sizes = [
    { fields: 15, width: 3 },
    { fields: 40, width: 4 },
    { fields: 100, width: 9, depth: 5 },
  ];
  const scalars = {
    ID: ['p1', 'p2', 'p4', 'none'],
    String: ['sku-0', 'sku-3', 'none'],
    JSON: [7, 'text', { a: [1, null] }],
  };
  let compared = 0;
  while (compared < cases) {
    const size = pick(random, sizes);
    const options = { scalars };
    const overlapping = random() < 0.2 ? overlappingQuery(world.engine.schema, random, options) : undefined;
    const { query, variables } =
      overlapping ?? randomQuery(world.engine.schema, random, { ...options, ...size });
    if (validate(world.engine.schema, parse(query)).length === 0) {
      compared++;
      await compare(query, variables);
    }
  }
});
