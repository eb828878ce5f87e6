import {
  buildSchema,
  type DocumentNode,
  type GraphQLScalarType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { coerceVariables } from '../../../../gateway/executor/index.ts';

const schema = buildSchema(`
  scalar Counted
  input Wish { of: [Counted!], wishes: [Wish!] }
  type Query { grant(counted: [[Counted!]!], wish: Wish): Int }
`);
let parsedValues = 0;
const scalar = schema.getType('Counted') as GraphQLScalarType;
scalar.parseValue = (value) => {
  parsedValues += 1;
  if (value !== 'good') {
    throw new Error('bad');
  }
  return value;
};
beforeEach(() => {
  parsedValues = 0;
});

const bounds = { maxItems: 1000, maxValues: 5000 };

function coerced(type: string, value: unknown) {
  const document: DocumentNode = parse(`query ($x: ${type}) { grant }`);
  const [operation] = document.definitions as OperationDefinitionNode[];
  expect(operation?.kind).toBe(Kind.OPERATION_DEFINITION);
  return coerceVariables(operation?.variableDefinitions ?? [], { x: value }, schema, bounds);
}

const times = (count: number, value: unknown) => Array.from({ length: count }, () => value);

describe('coercion stops where nothing more is reported', () => {
  test('after the last problem that is reported', () => {
    const answer = coerced('[Counted!]', times(1000, 1));
    expect(answer.ok ? [] : answer.problems).toHaveLength(20);
    expect(parsedValues).toBe(20);
  });

  test('in all other lists too', () => {
    const answer = coerced(
      '[Wish!]',
      times(100, { of: times(100, 1), wishes: times(100, { of: times(100, 1) }) }),
    );
    expect(answer.ok ? [] : answer.problems).toHaveLength(20);
    expect(parsedValues).toBe(20);
  });

  test('before the items of a list that is too long', () => {
    expect(coerced('[Counted!]', times(49_000, 1))).toEqual({
      ok: false,
      problems: ['Variable "$x" has more than 1000 items.'],
    });
    expect(coerced('Wish', { wishes: [{ of: times(1001, 'good') }] })).toEqual({
      ok: false,
      problems: ['Variable "$x.wishes[0].of" has more than 1000 items.'],
    });
    expect(parsedValues).toBe(0);
  });

  test('after so many values in nested lists', () => {
    expect(coerced('[[Counted!]!]', times(1000, times(1000, 'good')))).toEqual({
      ok: false,
      problems: ['The variables have more than 5000 values.'],
    });
    expect(parsedValues).toBeLessThanOrEqual(5000);
  });

  test('a value within the bounds is coerced whole', () => {
    const value = times(4, times(1000, 'good'));
    expect(coerced('[[Counted!]!]', value)).toEqual({ ok: true, values: { x: value } });
  });
});
