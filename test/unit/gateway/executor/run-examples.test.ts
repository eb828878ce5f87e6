/** The examples in the docstrings of gateway/executor/run/ must be right. */
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { compileFlatKeys } from '../../../../gateway/executor/compile/flat-entity-key.ts';
import {
  coerceVariables,
  type RequiredSelection,
  typeConditionsOf,
} from '../../../../gateway/executor/index.ts';
import type { LookupStep, PathField } from '../../../../gateway/executor/plan-steps.ts';
import { responseShape } from '../../../../gateway/executor/response-shape.ts';
import { AnswerBudget, AnswerTooLarge } from '../../../../gateway/executor/run/answer/answer-budget.ts';
import { buildRepresentation } from '../../../../gateway/executor/run/entities/build-representation.ts';
import { collectEntities } from '../../../../gateway/executor/run/entities/collect-entities.ts';
import { nodeAt, TrieNode } from '../../../../gateway/executor/run/entities/representation-trie.ts';
import { visitEntities } from '../../../../gateway/executor/run/entities/visit-entities.ts';
import type { ExecutionContext } from '../../../../gateway/executor/run/execution-context.ts';
import { Failures } from '../../../../gateway/executor/run/failures.ts';
import { inDataKeys, recordError } from '../../../../gateway/executor/run/fetch/record-errors.ts';
import { renameKeys } from '../../../../gateway/executor/run/fetch/rename-keys.ts';
import { mergeFields } from '../../../../gateway/executor/run/merge.ts';

const types = typeConditionsOf(
  parse('type Patron { id: ID } interface Media { id: ID } type Book implements Media { id: ID }'),
);
const failure = { message: 'Down.', extensions: { code: 'X' } };
const shapeIn = (operation: string) => responseShape(operation, new Map());
const path = (...keys: string[]): readonly PathField[] => keys.map((key) => ({ key, types: [] }));
const field = (name: string) =>
  ({ kind: 'field', key: name, name, selections: undefined, nonNull: [] }) as const;

function required(typeCondition: string, names: readonly string[], keys: readonly string[] = []) {
  const selections = ['__typename', ...names].map(field);
  const requires: readonly RequiredSelection[] = [
    { kind: 'fragment', typeCondition, selections, keys: keys.map((name) => [field(name)]) },
  ];
  return { requires, types };
}

describe('failures', () => {
  test('are kept at a key of an object, and copied with the object', () => {
    const failures = new Failures(types);
    const me = { name: null };
    const other = {};
    failures.record(me, 'name', undefined, failure);
    expect(failures.at(me, 'name')).toMatchObject([{ failure, pathBelow: [] }]);
    failures.copy(me, other);
    expect(failures.at(other, 'name')).toMatchObject([{ failure }]);
  });

  test('move down to what another subgraph did not answer', () => {
    const failures = new Failures(types);
    const me = { card: 'C1' };
    const data = { me };
    failures.recordAll(data, shapeIn('{ me { name } }'), failure);
    expect(failures.at(data, 'me')).toHaveLength(1);
    failures.pushDown();
    expect(failures.at(data, 'me')).toEqual([]);
    expect(failures.at(me, 'name')).toMatchObject([{ failure }]);
  });

  test('are recorded at the null that they led to, with the rest of the path', () => {
    const failures = new Failures(types);
    const me = { name: null };
    const error = { failure, path: ['me', 'name', 'english'] };
    recordError({ me }, shapeIn('{ me { name { english } } }'), error, error.path, failures, types);
    expect(failures.at(me, 'name')).toMatchObject([{ failure, pathBelow: ['english'] }]);
  });

  test('have paths in keys of the merged data', () => {
    const shape = responseShape('{ author { _alias_0: id } }', new Map([['_alias_0', 'id']]));
    expect(inDataKeys(['author', '_alias_0'], shape)).toEqual(['author', 'id']);
    expect(inDataKeys(['author', 'other', 'x'], shape)).toEqual(['author']);
  });
});

describe('answers are merged', () => {
  const context = { types, failures: new Failures(types) };

  test('a value that is there stays, and null is replaced', () => {
    const target = { id: 'P1', name: null, card: { no: 1 } };
    mergeFields(target, { name: 'Ann', card: { due: 2 } }, shapeIn('{ name card { due } }'), false, context);
    expect(target).toEqual({ id: 'P1', name: 'Ann', card: { no: 1, due: 2 } });
  });

  test('two response keys of one field are combined', () => {
    const aliases = new Map([['_alias_0', 'author']]);
    const shape = responseShape('{ author { name } _alias_0: author { born } }', aliases);
    const answer = { author: { name: 'b' }, _alias_0: { born: 1 } };
    renameKeys(answer, shape, context.failures);
    expect(answer).toEqual({ author: { name: 'b', born: 1 }, _alias_0: undefined });
  });
});

describe('entities', () => {
  test('are visited where a path leads to them, in lists too', () => {
    const [first, second] = [{ id: '1' }, { id: '2' }];
    const visited: object[] = [];
    visitEntities(
      { cards: [{ patron: first }, null, { patron: second }] },
      path('cards', 'patron'),
      types,
      (entity) => {
        visited.push(entity);
        return entity;
      },
    );
    expect(visited).toEqual([first, second]);
  });

  function collect({ mayShare = false, typename = null }: { mayShare?: boolean; typename?: string | null }) {
    const patronOf = (id: string) => ({ __typename: 'Patron', id });
    const card = ['1', '2', '1'].map((id) => ({ patron: patronOf(id) }));
    const [first, second, third] = card.map(({ patron }) => patron);
    const { requires } = required('Patron', ['id']);
    const lookup: LookupStep = {
      alias: '_entities',
      representations: 'representations',
      paths: [{ fields: path('card', 'patron'), mayShare }],
      requires,
      flatKeyOf: compileFlatKeys(requires, types),
      typename,
      contexts: [],
      types,
      shape: shapeIn('{ name }'),
      without: () => null,
    };
    const context: ExecutionContext = {
      variables: {},
      fetch: () => Promise.reject(new Error('nothing is fetched')),
      types,
      data: { card },
      failures: new Failures(types),
      shared: new Map(),
      blocks: null,
    };
    const { representations, targets, indexes } = collectEntities(lookup, context);
    return { card, first, second, third, representations, targets, indexes };
  }

  test('that are equal become one object', () => {
    const { card, first, second, representations, targets, indexes } = collect({ mayShare: true });
    expect(representations).toEqual([first, second]);
    expect(targets.map((target) => [first, second].indexOf(target as never))).toEqual([0, 1]);
    expect(indexes).toEqual([0, 1]);
    expect(card[2]?.patron).toBe(first);
  });

  test('that are equal stay apart if they may not share, and have one representation', () => {
    const { card, first, second, third, representations, indexes } = collect({ mayShare: false });
    expect(representations).toEqual([first, second]);
    expect(indexes).toEqual([0, 1, 0]);
    expect(card[2]?.patron).toBe(third);
    expect(third).not.toBe(first);
  });

  test('are represented by what is required, in which a null is allowed', () => {
    const book = { __typename: 'Book', id: '1', title: 'A', weight: null };
    const rules = required('Book', ['id', 'weight'], ['id']);
    expect(buildRepresentation(book, rules, new Failures(types))).toEqual({
      __typename: 'Book',
      id: '1',
      weight: null,
    });
  });

  test('are represented by the keys that they have', () => {
    const rules = required('Book', ['id', 'isbn'], ['id', 'isbn']);
    for (const key of [{ isbn: '7' }, { id: '1', isbn: '7' }]) {
      const book = { __typename: 'Book', ...key };
      expect(buildRepresentation(book, rules, new Failures(types))).toEqual(book);
    }
  });

  test('have the name of the interface in a subgraph with an @interfaceObject', () => {
    const { representations, first } = collect({ typename: 'Person' });
    expect(representations).toEqual([
      { __typename: 'Person', id: '1' },
      { __typename: 'Person', id: '2' },
    ]);
    expect(first).toEqual({ __typename: 'Patron', id: '1' });
  });

  test('lead to the same node of a trie if their values are equal', () => {
    const root = new TrieNode();
    expect(root.child('Patron').child('P1')).toBe(root.child('Patron').child('P1'));
    expect(nodeAt(root, { a: [1] })).toBe(nodeAt(root, JSON.parse('{"a":[1]}')));
    expect(nodeAt(root, { a: [1] })).not.toBe(nodeAt(root, { a: 1 }));
  });
});

test('the budget of an answer counts its values', () => {
  const budget = new AnswerBudget(100);
  budget.spendValues(3);
  expect(budget.leftBytes).toBe(4);
  expect(() => budget.spendValues(1)).toThrow(AnswerTooLarge);
});

test('variables are coerced, with defaults, and a problem names its path', () => {
  const operation = parse('query ($ids: [ID!]!, $first: Int = 10) { a }').definitions[0];
  const definitions = (operation as OperationDefinitionNode).variableDefinitions ?? [];
  const schema = buildSchema('type Query { a(id: ID): Int }');
  const coerced = (inputs: Record<string, unknown>) =>
    coerceVariables(definitions, inputs, schema, { maxItems: 10, maxValues: 10 });
  expect(coerced({ ids: 7 })).toEqual({ ok: true, values: { ids: ['7'], first: 10 } });
  expect(coerced({ ids: [null] })).toEqual({
    ok: false,
    problems: ['Variable "$ids[0]" must be an ID!.'],
  });
});
