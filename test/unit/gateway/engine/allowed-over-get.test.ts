import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createPublicFieldsCheck, refuseMutations } from '../../../../gateway/engine/allowed-over-get.ts';
import { readTaggedFields } from '../../../../gateway/supergraph/tags.ts';

const sdl = `
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/tag/v0.3", import: [{ name: "@tag", as: "@label" }]) { query: Query mutation: Mutation }
  directive @link(url: String, import: [Import]) repeatable on SCHEMA
  directive @label(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @tag(name: String!) repeatable on FIELD_DEFINITION
  scalar Import
  type Query {
    item(number: ID!): Item @label(name: "staff") @label(name: "open")
    named: [Named] @label(name: "open")
    any: [Any] @label(name: "open")
    me: Patron
    other: Item @label(name: "closed")
    misled: Item @tag(name: "open")
  }
  type Mutation { rename: Item @label(name: "open") }
  interface Named { title: String @label(name: "open") name: String @label(name: "open") }
  union Any = Item | Patron
  type Item implements Named {
    title: String @label(name: "open")
    name: String @label(name: "open")
    borrower: Patron
  }
  type Patron implements Named @label(name: "open") { title: String @label(name: "open") name: String id: ID }
`;
const schema = buildSchema(sdl);
const publicFields = readTaggedFields(parse(sdl), schema, 'open');

test('a field is tagged by the name that the supergraph gave the directive, and not by its type', () => {
  expect([...publicFields].sort()).toEqual([
    'Item.name',
    'Item.title',
    'Mutation.rename',
    'Named.title',
    'Patron.title',
    'Query.any',
    'Query.item',
    'Query.named',
  ]);
});

const refuseOverGet = createPublicFieldsCheck(schema, publicFields);
const refusalOf = (text: string): string | null => {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return refuseOverGet(document, undefined);
};

test.each([
  '{ item(number: "1") { title __typename } __typename }',
  'query A { a: item(number: "1") { ...F } } fragment F on Item { t: title ... { name } }',
  '{ named { title ... on Item { name } } any { __typename ... on Item { title } } }',
  '{ __schema { types { ...T } } } fragment T on __Type { name fields { name } }',
])('GET serves %s', (text) => {
  expect(refusalOf(text)).toBeNull();
});

test.each([
  ['{ me { id } }', 'Query.me'],
  ['{ other { title } }', 'Query.other'],
  ['{ misled { title } }', 'Query.misled'],
  ['{ item: me { title: id } }', 'Query.me'],
  ['{ item(number: "1") { title borrower { title } } }', 'Item.borrower'],
  ['{ item(number: "1") { ...F } } fragment F on Item { ... { borrower { title } } }', 'Item.borrower'],
  ['{ named { name } }', 'Named.name'],
  ['{ any { ... on Patron { id } } }', 'Patron.id'],
  ['query A { item(number: "1") { title } } query B { me { title } }', 'Query.me'],
  ['{ item(number: "1") @include(if: false) { title borrower @skip(if: true) { title } } }', 'Item.borrower'],
])('GET of %s is refused because of %s', (text, coordinate) => {
  expect(refusalOf(text)).toBe(
    `GET doesn't serve ${coordinate}, which must not be in a URL: use POST. In urql, set preferGetMethod and preferGetForPersistedQueries to false.`,
  );
});

test.each([
  'mutation { rename { title } }',
  'query A { item(number: "1") { title } } mutation B { rename { title } }',
])('GET of %s is refused', (text) => {
  expect(refusalOf(text)).toBe('GET serves only queries: use POST.');
});

describe('where no field is known to be public', () => {
  const document = parse('query A { me { id } } mutation B { rename { title } }');

  test('GET serves every query, and no mutation', () => {
    expect(refuseMutations(document, 'A')).toBeNull();
    expect(refuseMutations(document, 'B')).toBe('GET serves only queries: use POST.');
  });

  test('an operation that is not there is left to the engine, which says so', () => {
    expect(refuseMutations(document, 'C')).toBeNull();
  });
});
