import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { breakingChanges } from '../../../schema/changes/breaking-changes.ts';
import { judgeChanges } from '../../../schema/changes/judge-changes.ts';
import type { RecordedUsage } from '../../../store/shared-state/port.ts';

const served = `
  type Query { find(by: By!, first: Int = 10): Found  book: Book }
  union Found = Book | Film
  type Book { title: String  pages: Int! }
  type Film { title: String }
  input By { id: ID  name: String }`;

/** Who breaks if `before` becomes `after` in the schema: each client once, with its requests or the problem. */
async function broken(
  before: string,
  after: string,
  document: string | null,
  counts: Record<string, number>,
) {
  expect(served).toContain(before);
  const next = served.replace(before, after);
  const recorded: RecordedUsage = {
    coordinates: Object.entries(counts).map(([coordinate, requests]) => ({
      client: 'recorded',
      version: '',
      coordinate,
      requests,
      lastDay: '2026-11-30',
    })),
    operations: [],
  };
  const shipped =
    document === null ? [] : [{ client: 'shipped', label: 'A', documentOver: () => parse(document) }];
  const schemas = { before: buildSchema(served), after: buildSchema(next) };
  const { changes, invalid } = judgeChanges(await breakingChanges(served, next), schemas, {
    shipped,
    recorded,
  });
  const clients = [
    ...changes.flatMap(({ clients }) =>
      clients.map(({ client, recorded: of }) => `${client} ${of?.requests ?? ''}`.trimEnd()),
    ),
    ...invalid.map(({ client, problem }) => `${client} invalid: ${problem}`),
  ];
  return [...new Set(clients)];
}

const find = '{ find(by: { id: 1 }) { ... on Film { title } } }';
const variable = 'query ($by: By!) { find(by: $by) { __typename } }';

test.each([
  ['a field that is removed', 'pages: Int!', '', '{ book { pages } }', { 'Book.pages': 7 }, 7],
  ['a field that may be null now', 'pages: Int!', 'pages: Int', '{ book { pages } }', { 'Book.pages': 7 }, 7],
  ['an argument with another default', '= 10', '= 20', find, { 'Query.find': 5, 'Query.find.first': 2 }, 3],
  [
    'an argument that is required now',
    'Int = 10',
    'Int!',
    find,
    { 'Query.find': 5, 'Query.find.first': 2 },
    3,
  ],
  ['a new argument that is required', 'first:', 'a: Int!, first:', find, { 'Query.find': 5 }, 5],
  ['an input field that is removed', 'id: ID', '', find, { By: 5, 'By.id': 2 }, 2],
  ['an input field that is required now', 'name: String', 'name: String!', find, { By: 5, 'By.name': 2 }, 3],
  ['a new input field that is required', 'id: ID', 'id: ID a: Int!', find, { By: 5 }, 5],
  ['an input that takes one field now', 'input By', 'input By @oneOf', find, { By: 5 }, 5],
])('%s breaks those who rely on it', async (_what, before, after, document, counts, requests) => {
  expect(await broken(before, after, document, counts)).toEqual(['shipped', `recorded ${requests}`]);
});

test.each([
  ['a field that is removed', 'pages: Int!', '', '{ book { title } }', { 'Book.title': 7 }],
  [
    'an argument with another default',
    '= 10',
    '= 20',
    '{ find(by: {}, first: 1) { __typename } }',
    { 'Query.find': 5, 'Query.find.first': 5 },
  ],
  [
    'a new input field that is required',
    'id: ID',
    'id: ID a: Int!',
    '{ book { title } }',
    { 'Book.title': 7 },
  ],
  [
    'an input field that is removed',
    'id: ID',
    '',
    '{ find(by: { name: "" }) { __typename } }',
    { By: 5, 'By.name': 5 },
  ],
  ['a member of a union that is removed', 'Book | Film', 'Book', '{ book { title } }', { 'Book.title': 7 }],
])('%s breaks nobody else', async (_what, before, after, document, counts) => {
  expect(await broken(before, after, document, counts)).toEqual([]);
});

test('a document whose variable is a whole input may send each of its fields, and omit it', async () => {
  expect(await broken('id: ID', '', variable, {})).toEqual(['shipped']);
  expect(await broken('name: String', 'name: String!', variable, {})).toEqual(['shipped']);
});

test('a document that becomes invalid for another reason is named with the problem', async () => {
  expect(await broken('Book | Film', 'Book', find, {})).toEqual([
    'shipped invalid: Fragment cannot be spread here as objects of type "Found" can never be of type "Film".',
  ]);
});

test('a document that is not valid already is not judged', async () => {
  expect(await broken('pages: Int!', '', '{ book { pages unknown } }', {})).toEqual([]);
});

test('a default that is gone is none', async () => {
  const changes = await breakingChanges(served, served.replace('Int = 10', 'Int'));
  expect(changes.map(({ message }) => message)).toEqual([
    "Default value for argument 'first' on field 'Query.find' changed from '10' to none",
  ]);
});
