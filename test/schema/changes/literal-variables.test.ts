/** A recorded operation has variables in place of literals, and is as valid as the operation that the client sends. */
import { buildSchema, parse, print, validate } from 'graphql';
import { expect, test } from 'vitest';
import { withLocationTypes } from '../../../schema/changes/literal-variables.ts';

/** The problems of a recorded operation over a schema whose field `a` has this argument. */
const problems = (query: string, argument: string, field = `a(x: ${argument}): Int`) => {
  const schema = buildSchema(
    `type Query { ${field} } enum E { A B } enum F { A } input In { e: E! } scalar Any`,
  );
  return validate(schema, withLocationTypes(parse(query), schema)).map(({ message }) => message);
};

test.each([
  ['Int', 'Int!'],
  ['Int!', 'Int'],
  ['Int', 'Float!'],
  ['Int', 'ID'],
  ['String', 'ID!'],
  ['E', 'E!'],
  ['[In!]', '[In!]!'],
  ['Int', 'Int! = 7'],
])('a literal of the type %s is valid where %s is', (type, place) => {
  expect(problems(`query ($_literal: ${type}) { a(x: $_literal) }`, place)).toEqual([]);
});

test.each([
  ['Int', 'String'],
  ['ID', 'Int'],
  ['Float', 'Int'],
  ['E', 'F'],
  ['[Int]', '[Int!]'],
  ['Int', 'Any'],
])('a literal of the type %s may be wrong where %s is', (type, place) => {
  expect(problems(`query ($_literal: ${type}) { a(x: $_literal) }`, place)).toHaveLength(1);
});

test("a client's own variable is judged as a variable", () => {
  expect(problems('query ($_variable: Int) { a(x: $_variable) }', 'Int!')).toHaveLength(1);
});

test('a literal in places of different types is valid in each', () => {
  const query =
    'query ($_literal: Int, $_literal_1: Int) { a(x: $_literal) ...F } fragment F on Query { b: a(x: $_literal) c(y: $_literal, z: $_literal_1) }';
  expect(problems(query, '', 'a(x: Int!): Int c(y: Int, z: Int!): Int')).toEqual([]);
});

test('without a change it asks for the same', () => {
  const schema = buildSchema('type Query { a(x: Int): Int }');
  expect(print(withLocationTypes(parse('query ($_literal: Int) { a(x: $_literal) }'), schema))).toBe(
    print(parse('query ($_literal_1: Int) { a(x: $_literal_1) }')),
  );
});
