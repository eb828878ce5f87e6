import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { recordedText } from '../../../../gateway/usage/recorded-text.ts';
import { addCoordinatesOfValue, usedCoordinates } from '../../../../gateway/usage/used-coordinates.ts';

const schema = buildSchema(`
  type Query { books(by: By, order: Order = NEWEST): [Book] }
  interface Book { title(short: Boolean): String }
  type Novel implements Book { title(short: Boolean): String  author: String }
  enum Order { OLDEST NEWEST }
  input By { isbn: ID  order: Order  any: [By!] }
`);

const used = (text: string) => [...usedCoordinates(parse(text), schema)].sort();

test('fields, arguments, named types, and the input fields and enum values of literals are used', () => {
  expect(
    used(`query ($isbn: ID, $short: Boolean!) {
      books(by: { isbn: $isbn, any: [{ order: OLDEST }] }) {
        __typename
        ... on Novel @include(if: $short) { author ...Titled }
      }
      __schema { types { name } }
    }
    fragment Titled on Book { title(short: $short) }`),
  ).toEqual([
    'Book',
    'Book.title',
    'Book.title.short',
    'Boolean',
    'By',
    'By.any',
    'By.isbn',
    'By.order',
    'ID',
    'Novel',
    'Novel.author',
    'Order',
    'Order.OLDEST',
    'Query.books',
    'Query.books.by',
  ]);
});

test('a value uses the input fields that it has, and its enum values; values of wrong form use none', () => {
  const by = schema.getType('By');
  const usedBy = (value: unknown) => {
    const coordinates = new Set<string>();
    addCoordinatesOfValue(value, by as never, coordinates);
    return [...coordinates].sort();
  };
  expect(usedBy({ isbn: '1', any: { order: 'NEWEST' }, constructor: 1 })).toEqual([
    'By',
    'By.any',
    'By.isbn',
    'By.order',
    'Order',
    'Order.NEWEST',
  ]);
  expect(usedBy({ order: 'SECRET' })).toEqual(['By', 'By.order']);
  for (const nothing of [null, undefined, 'text', 7]) {
    expect(usedBy(nothing)).toEqual([]);
  }
});

test('a recorded text has no value and no name that the client chose, and asks for the same', () => {
  const text = recordedText(`query Loans_21852000000017($card: ID = "21852000000017", $short: Boolean) {
    p21852000000017: books(by: { isbn: $card }) { ...F21852000000017 }
    other: books { mine: title(short: $short) title(short: $short) }
  }
  fragment F21852000000017 on Book { mine: title(short: $short) }`);
  expect(text).not.toMatch(/\d{4}/);
  expect(validate(schema, parse(text))).toEqual([]);
  expect(text).toBe(`query ($_variable: ID = "", $_variable_1: Boolean) {
  _alias: books(by: {isbn: $_variable}) {
    ..._fragment
  }
  _alias_1: books {
    _alias_2: title(short: $_variable_1)
    title(short: $_variable_1)
  }
}

fragment _fragment on Book {
  _alias_2: title(short: $_variable_1)
}`);
});
