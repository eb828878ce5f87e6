/** The examples in the docstrings of the engine and of `access/guards.ts` must be right. */
import {
  buildSchema,
  type FragmentDefinitionNode,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createDenials } from '../../../../gateway/access/guards.ts';
import type { CostRules } from '../../../../gateway/engine/cost/cost-estimator.ts';
import { type CostExpression, evaluateCost, sum } from '../../../../gateway/engine/cost/cost-expression.ts';
import type { ListSize } from '../../../../gateway/engine/cost/directives.ts';
import { operationCost } from '../../../../gateway/engine/cost/operation-cost.ts';
import { introspect } from '../../../../gateway/engine/introspection.ts';
import { extractLiterals } from '../../../../gateway/engine/operations/literals.ts';
import { redactErrors } from '../../../../gateway/engine/redact.ts';

const schema = buildSchema(`
  input Filter { text: String }
  enum State { ON OFF }
  enum Sex { FEMALE MALE OTHER }
  type Item { title: String }
  type Credential { status: String type: String }
  type Edge { node: Loan }
  type Loan { id: ID }
  type Page { edges: [Edge] }
  type Patron { id: ID name: String email: String credentials: [Credential] loans(first: Int, last: Int): Page }
  type Query { me: Patron item(itemNumber: ID!): Item search(filter: Filter): [Item] in(state: State): Int sex: Sex }
  type Mutation { rename: Int }
`);

function operationOf(text: string): OperationDefinitionNode {
  const operation = getOperationAST(parse(text));
  if (operation == null) {
    throw new Error('no operation');
  }
  return operation;
}

const slicedLoans: ListSize = {
  slicingArguments: ['first', 'last'],
  assumedSize: undefined,
  sizedFields: new Set(['edges']),
  requireOneSlicingArgument: true,
};

function costOf(
  text: string,
  variables: Record<string, unknown> = {},
  rules: Partial<CostRules> = {},
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const cost = operationCost(
    { definition: operationOf(text), fragments, conditions: new Map(), defer: null },
    {
      schema,
      assumedListSize: 10,
      maxFields: 1000,
      requirementCosts: new Map(),
      weights: new Map(),
      listSizes: new Map(),
      ...rules,
    },
  );
  return evaluateCost(cost, variables);
}

test('an operation costs about as many objects as its answer may have', () => {
  expect(costOf('{ me { name credentials { status type } } }')).toBe(11);
});

test('a cost is a function of the variables', () => {
  const listSizes = new Map([['Patron.loans', slicedLoans]]);
  const query = 'query ($n: Int!) { me { id loans(first: $n) { edges { node { id } } } } }';
  expect(costOf(query, { n: 10 }, { listSizes })).toBe(22);
  const double: CostExpression = ({ n }) => Number(n) * 2;
  expect(evaluateCost(sum([1, double, 2]), { n: 5 })).toBe(13);
  expect(sum([1, 2])).toBe(3);
});

test('exactly one slicing argument is required', () => {
  const listSizes = new Map([['Patron.loans', slicedLoans]]);
  const loans = (args: string) => () =>
    costOf(`{ me { loans${args} { edges { node { id } } } } }`, {}, { listSizes });
  expect(loans('(first: 5)')()).toBe(12);
  expect(loans('')).toThrow('exactly one of first, last');
  expect(loans('(first: 5, last: 5)')).toThrow('exactly one of first, last');
});

test('a field of an input object has a weight', () => {
  const weights = new Map([['Filter.text', 5]]);
  const search = (filter: string) => costOf(`{ search(filter: ${filter}) { title } }`, {}, { weights });
  expect(search('{ text: "a" }') - search('{}')).toBe(5);
});

test('a literal becomes a variable', () => {
  const text = '{ item(itemNumber: "31852000000015") { title } }';
  expect(extractLiterals(parse(text), operationOf(text), schema)).toEqual({
    text: print(parse('query ($literal0: ID!) { item(itemNumber: $literal0) { title } }')),
    values: { literal0: '31852000000015' },
  });
});

test('the values of introspection are counted', async () => {
  const document = parse('{ __type(name: "Sex") { enumValues { name } } }');
  await expect(introspect(schema, document, {}, 8)).resolves.toHaveProperty(
    'data.__type.enumValues.length',
    3,
  );
  await expect(introspect(schema, document, {}, 7)).rejects.toThrow('more than 7 values');
});

test('a validation error names the argument, and does not quote its literal', () => {
  const text = '{ in(state: "A1234567") }';
  const errors = validate(schema, parse(text));
  expect(errors.map(({ message }) => message)).toEqual([
    'Enum "State" cannot represent non-enum value: "A1234567".',
  ]);
  expect(redactErrors(errors, text, schema, { maxTokens: 100, mayIntrospect: true })).toMatchObject([
    { message: 'Expected a value of type "State" for "state": ON, OFF.' },
  ]);
  expect(redactErrors(errors, text, schema, { maxTokens: 100, mayIntrospect: false })).toMatchObject([
    { message: 'Expected a value of type "State" for "state".' },
  ]);
});

test.each<[string, Caller, Record<string, string>]>([
  ['anonymous', anonymous, { 'Query.me': 'UNAUTHENTICATED', 'Query.patrons': 'UNAUTHENTICATED' }],
  ['without a scope', { ...anonymous, authenticated: true }, { 'Query.patrons': 'FORBIDDEN' }],
  ['with the scope', { ...anonymous, authenticated: true, scopes: new Set(['patrons:read']) }, {}],
])('denials of a caller %s', (_who, caller, codes) => {
  const denialsOf = createDenials(
    new Map([
      ['Query.me', { authenticated: true, policies: [], scopes: [] }],
      ['Query.patrons', { authenticated: false, policies: [], scopes: [[['patrons:read']]] }],
    ]),
  );
  const denials = denialsOf(caller);
  expect(Object.fromEntries([...denials].map(([coordinate, { code }]) => [coordinate, code]))).toEqual(codes);
  expect(denialsOf(caller)).toBe(denials);
});
