/** The validation rules for `@defer`, and the refusal of `@stream`. */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { validateDocument } from '../../../../gateway/engine/documents/validate-document.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const schema = buildSchema(`
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  type Query { book: Book books: [Book] }
  type Mutation { write: Book }
  type Subscription { written: Book }
  type Book { id: ID title: String again: Book }`);
const problemsOf = (query: string) => validateDocument(query, schema, defaultLimits);

test.each([
  '{ book { id ... @defer { title } } }',
  '{ ... @defer(label: "a") { book { id } } ... @defer(label: "b") { books { id } } }',
  'query ($later: Boolean) { book { ...Title @defer(if: $later, label: null) } } fragment Title on Book { title }',
  'mutation { write { ... @defer { title } } }',
  'subscription { written { ... @defer(if: false) { title } } }',
  'subscription ($later: Boolean!) { written { ... @defer(if: $later) { title } } }',
])('%s is valid', (query) => {
  expect(problemsOf(query)).toEqual([]);
});

test.each([
  [
    '{ book { ... @defer(label: "secret 7") { id } ... @defer(label: "secret 7") { title } } }',
    'Each label of "@defer" must be unique in the document.',
  ],
  [
    'query ($label: String) { book { ... @defer(label: $label) { id } } }',
    'The label of "@defer" must be a string in the document.',
  ],
  [
    'mutation { ... @defer { write { id } } }',
    'The root fields of Mutation can\'t be deferred with "@defer".',
  ],
  [
    'mutation { ...Written } fragment Written on Mutation { ... @defer { write { id } } }',
    'The root fields of Mutation can\'t be deferred with "@defer".',
  ],
  [
    'subscription { ...Written @defer(if: false) } fragment Written on Subscription { written { id } }',
    'The root fields of Subscription can\'t be deferred with "@defer".',
  ],
  [
    'subscription { written { ... @defer { title } } }',
    'A subscription can\'t have "@defer", unless "if" switches it off.',
  ],
  [
    'subscription { written { ...Title } } fragment Title on Book { ... @defer(if: true) { title } }',
    'A subscription can\'t have "@defer", unless "if" switches it off.',
  ],
  [
    '{ books @stream(initialCount: 1) { id } }',
    'The directive "@stream" is not supported: a list is delivered as a whole. "@defer" is supported.',
  ],
  ['{ book @defer { id } }', 'Directive "@defer" may not be used on FIELD.'],
])('%s is refused', (query, problem) => {
  expect(problemsOf(query)).toEqual([problem]);
});
