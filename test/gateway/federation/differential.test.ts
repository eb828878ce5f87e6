import {
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine.ts';
import { randomOf } from '../engine/random-query.ts';
import { composeGraph, createSubgraphs, oracle } from './graph.ts';
import { randomQuery } from './random-query.ts';

const engine = createEngine(composeGraph());
const fetch = createSubgraphs();
const variables = { yes: true, no: false };
// Not every random query has a use for both variables.
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

async function both(document: DocumentNode) {
  const ours = await engine.execute({ document, variables, fetch });
  const right = JSON.parse(
    JSON.stringify(await execute({ schema: oracle, document, variableValues: variables })),
  ) as FormattedExecutionResult;
  return { ours: JSON.parse(JSON.stringify(ours)) as FormattedExecutionResult, right };
}

/**
 * The nulls that errors account for. Of several errors below one null, any may be told (section 6.4.4 of the
 * specification), so each counts as the null that it led to.
 */
function explainedNulls({ data, errors = [] }: FormattedExecutionResult): string[] {
  const nulls = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const taken: (string | number)[] = [];
    for (const key of path) {
      if (value === null || value === undefined) {
        break;
      }
      value = Reflect.get(Object(value), key);
      taken.push(key);
    }
    return taken.join('.');
  });
  return [...new Set(nulls)].sort();
}

test.each([
  ['an alias that shadows a key', '{ products { upc: name shipping reviews { id: body stars } } }'],
  ['an alias that shadows what is required', '{ products { price: name dims: upc shipping } }'],
  [
    'arguments in what is required, beside the same field with others',
    '{ products { price a: price(currency: EUR) shipping } }',
  ],
  ['entities that are unknown', '{ products { related { upc name reviews { body } } } }'],
  [
    'an interface object',
    '{ media { id likes ... on Book { pages } ... on Film { minutes title } } favourite { likes __typename } }',
  ],
  [
    'a union of entities',
    '{ search { __typename ... on Product { name shipping } ... on Author { name reviews { stars } } ... on Book { title likes } } }',
  ],
  ['a field taken over from another subgraph', '{ products { stock } }'],
  ['an enum value that clients may not see', '{ products { kind } }'],
  ['a field that fails', '{ topReviews(first: 6) { body } }'],
  ['a non-null field that fails', '{ products { upc reviews { id stars } } }'],
  [
    'fragments on one response key',
    '{ products { ...A ...B dims { size } } } fragment A on Product { dims { weight } reviews { author { name } } } fragment B on Product { reviews { author { id email { host } } } }',
  ],
  [
    'introspection beside data',
    '{ __schema { queryType { name } } products { upc } __type(name: "Kind") { enumValues { name } } }',
  ],
  [
    'everything skipped',
    'query($yes: Boolean!, $no: Boolean!) { products @skip(if: $yes) { upc } authors @include(if: $no) { id } }',
  ],
])('%s', async (_what, query) => {
  const document = parse(query);
  expect(validate(engine.schema, document)).toEqual([]);
  const { ours, right } = await both(document);
  expect(ours.data).toEqual(right.data);
  expect(explainedNulls(ours)).toEqual(explainedNulls(right));
});

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const count = Number(process.env.CASES ?? 1500);

test(`${count} random queries from seed ${seed} are answered as one schema answers them`, {
  timeout: 120_000,
}, async () => {
  process.stdout.write(`random queries: SEED=${seed} CASES=${count}\n`);
  const random = randomOf(seed);
  let asked = 0;
  for (let index = 0; index < count; index++) {
    const query = randomQuery(oracle, random);
    const document = parse(query);
    // A field may be of one type here and another there under one response key: no query, then.
    if (validate(engine.schema, document, rules).length > 0) {
      continue;
    }
    asked++;
    const { ours, right } = await both(document);
    expect(ours.data, `case ${index}: ${query}`).toEqual(right.data);
    expect(explainedNulls(ours), `errors of case ${index}: ${query}`).toEqual(explainedNulls(right));
  }
  expect(asked).toBeGreaterThan(count / 2);
});
