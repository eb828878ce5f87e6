/** The validation of subscriptions: one root field, without a condition. */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { validateDocument } from '../../../../gateway/engine/documents/validate-document.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Subscription { added: Book removed: Book }
  type Book { id: ID title: String }`);
const problemsOf = (query: string) => validateDocument(query, schema, defaultLimits);

test.each([
  'subscription { added { id title @skip(if: true) } }',
  'subscription ($a: Boolean!) { ... on Subscription { added { ... @include(if: $a) { id } } } }',
  'subscription { added { id } ...Same } fragment Same on Subscription { added { title } }',
  'query ($a: Boolean!) { a @skip(if: $a) }',
])('%s is valid', (query) => {
  expect(problemsOf(query)).toEqual([]);
});

const one = 'Anonymous Subscription must select only one top level field.';
const condition = (name: string) => `The root field of a subscription can't have "@${name}".`;

test.each([
  ['subscription { added { id } removed { id } }', one],
  ['subscription { added { id } again: added { id } }', one],
  ['subscription { __typename }', 'Anonymous Subscription must not select an introspection top level field.'],
  ['subscription ($a: Boolean!) { added @skip(if: $a) { id } }', condition('skip')],
  ['subscription { ... @include(if: true) { added { id } } }', condition('include')],
  [
    'subscription { ...All @skip(if: false) } fragment All on Subscription { added { id } }',
    condition('skip'),
  ],
  [
    'subscription { ...All } fragment All on Subscription { added @include(if: true) { id } }',
    condition('include'),
  ],
])('%s is refused', (query, problem) => {
  expect(problemsOf(query)).toEqual([problem]);
});
