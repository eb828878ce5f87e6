/** What a change makes stale: compared with the schema, so that a new kind or list is not forgotten. */
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLEnumType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { indexFields, isStale, staleAfter } from '../../../../apps/kit/src/caches/stale.ts';

const schema = buildSchema(
  readFileSync(new URL('../../../../schema/audiences/staff.graphql', import.meta.url), 'utf8'),
);
const valuesOf = (name: string): readonly string[] => {
  const type = schema.getType(name);
  return type instanceof GraphQLEnumType ? type.getValues().map((value) => value.name) : [];
};

test('each kind of change leads to what shows it, or is one that no list shows', () => {
  const shownNowhere = valuesOf('ChangeKind').filter((kind) => staleAfter({ kind }).fields.length === 0);
  expect(shownNowhere).toEqual(['STATION_WITHDRAWN', 'STATION_RETURNED']);
});

test('each kind of operation leads to what shows it, or is one that only its patron shows', () => {
  const kinds = valuesOf('OperationKind');
  const shownNowhere = kinds.filter((operationKind) =>
    staleAfter({ kind: 'OPERATION', operationKind }).fields.every((name) => /^operations?$/.test(name)),
  );
  expect(kinds.length).toBeGreaterThan(30);
  expect(shownNowhere).toEqual(['SET_NOTICE_PREFERENCES', 'SET_PIN', 'CREATE_PIN_CODE']);
});

test('each field that may be stale is one of the schema', () => {
  const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
  const named = [
    ...indexFields,
    ...valuesOf('ChangeKind').flatMap((kind) => staleAfter({ kind }).fields),
    ...valuesOf('OperationKind').flatMap((kind) => staleAfter({ kind }).fields),
  ];
  expect([...new Set(named)].filter((name) => !fields.includes(name))).toEqual([]);
});

test('a list that has a cursor to follow it from is read again after some change', () => {
  const followed = Object.values(schema.getQueryType()?.getFields() ?? {})
    .filter(({ type }) => {
      const named = schema.getType(String(type).replaceAll(/[[\]!]/g, ''));
      return (isObjectType(named) || isInterfaceType(named)) && 'changesCursor' in named.getFields();
    })
    .map(({ name }) => name);
  const kinds = [...valuesOf('ChangeKind'), ...valuesOf('OperationKind')];
  const refreshed = kinds.flatMap((kind) => staleAfter({ kind, operationKind: kind }).fields);
  expect(followed).toEqual(expect.arrayContaining(['loans', 'holdShelf', 'operations', 'applications']));
  expect(followed.filter((name) => !refreshed.includes(name))).toEqual([]);
});

test('an event names what has changed by its ids', () => {
  const renewed = { kind: 'LOAN_RENEWED', subjectId: 'L1', patron: { id: 'P1' } };
  expect(staleAfter(renewed).entities).toEqual([
    { __typename: 'Loan', id: 'L1' },
    { __typename: 'Patron', id: 'P1' },
  ]);
  expect(staleAfter({ kind: 'STATION_WITHDRAWN', subjectId: 'x8Kq' }).entities).toEqual([]);
});

test('an answer is stale if it has the object anywhere, or a field of `Query`', () => {
  const stale = { entities: [{ __typename: 'Loan', id: 'L1' }], fields: ['loans'] };
  const page = { me: { edges: [{ node: { id: 'L1' } }] } };
  expect(
    [page, { data: page, missing: [] }, { pages: [page] }].map((answer) => isStale(answer, stale)),
  ).toEqual([true, true, true]);
  expect([{ loans: null }, { data: { loans: null } }].map((answer) => isStale(answer, stale))).toEqual([
    true,
    true,
  ]);
  expect(
    [undefined, null, { me: { id: 'L2', title: 'L1' } }, 'L1'].map((answer) => isStale(answer, stale)),
  ).toEqual([false, false, false, false]);
});
