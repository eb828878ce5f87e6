import { parse, validate } from 'graphql';
import { test } from 'vitest';
import { createWorld } from '../cases/subgraphs.ts';
import { expectSame } from './compare.ts';
import { market, monolith } from './market.ts';
import { pick, randomOf, seed } from './random.ts';
import { overlappingQuery, randomQuery } from './random-query.ts';

const world = createWorld(market);
const whole = monolith(world.engine.schema);
const cases = Number(process.env.CASES ?? 2000);

async function compare(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  const answer = await world.ask(query, { variables });
  const told = `SEED=${seed}\n${query}\n${JSON.stringify(variables)}`;
  await expectSame(answer, query, variables, whole, told);
}

test.each([
  [
    'an alias over a key',
    '{ product(id: "p1") { id: name shipping price(currency: USD) reviews { media { __typename title ... on Book { pages } } } } }',
  ],
  ['an alias over what is required', '{ products { price: name dims: id shipping } }'],
  [
    'fields that require with arguments, beside the same field with others',
    '{ products { shipping price delivery label other: price(currency: HKD) } }',
  ],
  ['fields that require what is of an interface or a union', '{ products { handling sample { grams } } }'],
  [
    'an interface object whose type is elsewhere',
    '{ reviews { media { score likes ... on Book { pages } ... on Film { minutes } } author { ... on Person { name } ... on Bot { model } } } }',
  ],
  [
    'an interface object first',
    '{ favourite { likes __typename } media { likes ... on Film { minutes title } } }',
  ],
  [
    'fields of one name and other types',
    '{ search { ... on Book { length } ... on Film { sequel { length: title } } ... on Media { score } ... on Product { length: inStock } } }',
  ],
  [
    'the same entity in many places',
    '{ makers { name products { name reviews(first: 1) { id media { title } } } best { name inStock dims { w h } } } }',
  ],
  [
    'an entity that a subgraph does not know',
    '{ products { inStock old weight name } novelties { slogan inStock } }',
  ],
  ['lists in lists', '{ products { grid { id inStock related { sku old } } tags } }'],
  [
    'a union with an interface',
    '{ search { ... on Node { id } ... on Media { sequel { score title } about { ... on Product { kind shipping } } } } }',
  ],
  [
    'unions that differ',
    '{ makers { known { ... on Maker { founded } ... on Product { slogan } } } anything { __typename ... on Maker { motto } } }',
  ],
  ['enums that differ', '{ reviews { mood } people { mood admires { ... on Person { mood } } } }'],
  ['an enum value that clients may not see', '{ products { kind } }'],
  [
    'a custom scalar',
    '{ products { attributes(pick: { a: [1, { b: null }] }) } product(id: "p1") { attributes } }',
  ],
  [
    'an alias that is a property of every object',
    '{ products { constructor: id toString: inStock __proto__: name } }',
  ],
  ['a lookup by @oneOf', '{ find(by: { sku: "sku-2" }) { id inStock } }'],
  ['a field that fails', '{ reviews { text } media { likes } }'],
  ['a field that fails and may not be null', '{ products { id reviews(first: 7) { id stars } } }'],
  [
    'fragments on one response key',
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
  const random = randomOf(seed);
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
  // Of an @interfaceObject, the planner asks for all types what one of them is asked for: what fails takes the rest with it.
  const askedOnce = ['Media.reviews', 'Book.reviews', 'Film.reviews'];
  let compared = 0;
  while (compared < cases) {
    const size = pick(random, sizes);
    const options = { scalars, askedOnce };
    const overlapping = random() < 0.2 ? overlappingQuery(world.engine.schema, random, options) : undefined;
    const { query, variables } =
      overlapping ?? randomQuery(world.engine.schema, random, { ...options, ...size });
    if (validate(world.engine.schema, parse(query)).length === 0) {
      compared++;
      await compare(query, variables);
    }
  }
});
