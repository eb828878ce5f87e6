import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { recordedText } from '../../../../gateway/usage/recorded-text.ts';
import { addCoordinatesOfValue, usedCoordinates } from '../../../../gateway/usage/used-coordinates.ts';

const schema = buildSchema(`
  scalar Any
  type Query { books(by: By, order: Order = NEWEST): [Book]  echo(any: Any, all: [Any!], flag: Boolean): Any }
  interface Book { title(short: Boolean): String }
  type Novel implements Book { title(short: Boolean): String  author: String }
  enum Order { OLDEST NEWEST }
  input By { isbn: ID  order: Order  any: [By!] }
`);

const recorded = (text: string, literals: readonly string[] = []) =>
  recordedText({ text, schema, isLiteral: (name) => literals.includes(name) });
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
  const text = recorded(`query Loans_21852000000017($card: ID = "21852000000017", $short: Boolean) {
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

test('a recorded text has nothing of a custom scalar but the variables, and nothing else becomes less', () => {
  const text = recorded(
    `query ($any: Any = { secretKey: SECRET }, $id: ID) {
      echo(any: { phone85291234567: "secret", n: 42, deep: [{ secretKey: SECRET, is: true }, $any, null], id: $id }, flag: true)
      more: echo(all: [SECRET, 7, true, 1.5])
      books(by: { isbn: "secret", order: OLDEST }, order: NEWEST) { title(short: true) }
    }`,
  );
  expect(text).not.toMatch(/secret|phone|42|7|1\.5/i);
  expect(validate(schema, parse(text))).toEqual([]);
  expect(text).toBe(`query ($_variable: Any = {_key: ""}, $_variable_1: ID) {
  echo(
    any: {_key_1: "", _key_2: 0, _key_3: [{_key: "", _key_5: false}, $_variable, null], _key_4: $_variable_1}
    flag: true
  )
  _alias: echo(all: ["", 0, false, 0.0])
  books(by: {isbn: "", order: OLDEST}, order: NEWEST) {
    title(short: true)
  }
}`);
});

test('a variable in place of a literal has a name that says so', () => {
  expect(
    recorded('query ($a: By, $literal0: Order) { books(by: $a, order: $literal0) { title } }', ['literal0']),
  ).toBe(
    `query ($_variable: By, $_literal: Order) {
  books(by: $_variable, order: $_literal) {
    title
  }
}`,
  );
});
