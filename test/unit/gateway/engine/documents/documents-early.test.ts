import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLObjectType, getIntrospectionQuery, parse } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { anonymous } from '../../../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../../../gateway/audiences.ts';
import { createEngine } from '../../../../../gateway/engine/engine.ts';
import { createHost, type Host } from '../../../../../gateway/engine/host.ts';
import { introspect } from '../../../../../gateway/engine/introspection.ts';
import { defaultLimits } from '../../../../../gateway/limits.ts';

const supergraphSdl = readFileSync(
  new URL('../../../../../schema/supergraph.graphql', import.meta.url),
  'utf8',
);
const { schema } = createEngine(supergraphSdl);

let host: Host;
beforeAll(async () => {
  host = await createHost({
    supergraphSdl,
    audienceSchemas: null,
    transports: new Map(),
    limits: defaultLimits,
    publicTag: null,
    introspection: forAllAudiences(true),
    log: pino({ level: 'silent' }),
  });
});
afterAll(() => host[Symbol.asyncDispose]());

const ask = (query: string) =>
  host.answer({
    parameters: { query },
    method: 'POST',
    caller: anonymous,
    signal: new AbortController().signal,
    allowance: null,
  });
const codes = async (query: string) =>
  (await ask(query)).errors?.map(({ extensions }) => extensions?.code) ?? [];

describe('limits are checked before validation', () => {
  test('a document with too many fields is not validated', async () => {
    // Every second field doesn't exist. Validation would report an error for each of these fields.
    const query = `{ item(itemNumber: "1") { ${'title nothing '.repeat(700)} } }`;
    expect(await ask(query)).toMatchObject({
      errors: [
        {
          message: 'The operation asks for more than 1000 fields.',
          extensions: { code: 'OPERATION_TOO_LARGE' },
        },
      ],
    });
    expect(await codes(query)).toHaveLength(1);
  });

  test('fields in fragments count at each spread', async () => {
    const leaves = 'title '.repeat(20);
    const query = `{ item(itemNumber: "1") { ${'...F '.repeat(60)} } } fragment F on Item { ${leaves} }`;
    expect(await codes(query)).toEqual(['OPERATION_TOO_LARGE']);
  });

  test.each([
    ['selects the same fields too often', (names: string) => `fragment F on Patron { ${names} }`],
    [
      'is spread by another that nothing spreads',
      (names: string) => `fragment F on Patron { ${names} } fragment G on Patron { ...F }`,
    ],
    ['spreads itself', (names: string) => `fragment F on Patron { ...F ${names} }`],
  ])('a fragment that no operation spreads is not validated: one that %s', async (_what, fragments) => {
    const query = `{ __typename } ${fragments('credentials { nothing } '.repeat(480))}`;
    const { errors } = await ask(query);
    expect(errors?.map(({ message }) => message)).toEqual(['Fragment "F" is never used.']);
  });

  test.each([
    ['in one selection set', `credentials { status } `.repeat(150)],
    ['at nested levels', `${'credentials { patron { '.repeat(4)} id ${'} }'.repeat(4)} `.repeat(70)],
    ['in fragments', `... on Patron { credentials { patron { id } } } `.repeat(145)],
  ])(
    'a field that is selected very often, %s, is rejected, because validation would compare each pair',
    async (_what, selections) => {
      expect(await ask(`{ me { ${selections} } }`)).toMatchObject({
        errors: [
          {
            message: 'The operation selects the same fields too often.',
            extensions: { code: 'OPERATION_TOO_LARGE' },
          },
        ],
      });
    },
  );

  test.each([
    ['itself', 'fragment F on Item { title { item { ...F } } }'],
    [
      'itself by way of another',
      'fragment F on Item { title { ...G } } fragment G on Title { item { ...F } }',
    ],
  ])('a fragment that spreads %s below a field is rejected for that reason', async (_what, fragments) => {
    expect(await ask(`{ item(itemNumber: "1") { ...F } } ${fragments}`)).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('Cannot spread fragment "F" within itself'),
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
  });

  test('a field may be selected sixty times', async () => {
    const { errors } = await ask(`{ me { ${'credentials { libraryCardNumber status } '.repeat(60)} } }`);
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
  });

  test('ten of many errors are reported, and one that says that there are more', async () => {
    const fields = Array.from({ length: 500 }, (_, n) => `nothing${n}`);
    const query = `{ item(itemNumber: "1") { ${fields.join(' ')} } }`;
    expect(await codes(query)).toEqual(Array.from({ length: 11 }, () => 'GRAPHQL_VALIDATION_FAILED'));
  });
});

describe('a query that is JSON and not GraphQL is rejected', () => {
  const name = (value: string) => ({ kind: 'Name', value });
  const tree = {
    kind: 'Document',
    definitions: [
      {
        kind: 'OperationDefinition',
        operation: 'query',
        selectionSet: {
          kind: 'SelectionSet',
          selections: [{ kind: 'Field', name: name('__typename') }],
        },
      },
    ],
  };

  test.each([
    ['a syntax tree', JSON.stringify(tree)],
    ['a syntax tree with a location', JSON.stringify({ ...tree, loc: { start: 0, end: 1 } })],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1'],
  ])('%s', async (_what, query) => {
    expect(await codes(query)).toEqual(['GRAPHQL_PARSE_FAILED']);
  });
});

describe('an answer to introspection is bounded', () => {
  test('the introspection query of GraphiQL is answered', async () => {
    const { data, errors } = await ask(getIntrospectionQuery({ specifiedByUrl: true, oneOf: true }));
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty('__schema');
  });

  test('a list under 40 aliases is too large', async () => {
    const aliasedField = (_: unknown, n: number) =>
      `a${n}: types { fields { name isDeprecated args { name type { kind name } } } }`;
    const query = `{ __schema { ${Array.from({ length: 40 }, aliasedField).join(' ')} } }`;
    expect(await ask(query)).toMatchObject({
      errors: [
        {
          message: 'The operation asks for more than 30000 values of the schema.',
          extensions: { code: 'OPERATION_TOO_LARGE' },
        },
      ],
    });
  });

  test('a long alias of each type is too large', async () => {
    const names = (alias: string) => ask(`{ __schema { types { ${alias}: name } } }`);
    expect(await names('short')).not.toHaveProperty('errors');
    expect(await names('a'.repeat(20_000))).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_LARGE' } }],
    });
  });

  test('counting a huge answer takes few steps', async () => {
    const recursiveSchema = buildSchema('type Query { a: Query b: Query c: Query d: Query }');
    const visits = vi.spyOn(GraphQLObjectType.prototype, 'getFields');
    const deep = `${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)}`;
    await expect(
      introspect(recursiveSchema, parse(`{ __schema { types { ${deep} } } }`), {}, 20_000),
    ).rejects.toThrow('more than 20000 values');
    expect(visits.mock.calls.length).toBeLessThan(2 * 20_000);
    visits.mockRestore();
  });

  test.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "Patron") { fields(includeDeprecated: true) { name args { name } } } }',
    'query { ...F } fragment F on Query { __type(name: "Nothing") { name } __schema { queryType { ...T } } } fragment T on __Type { name fields { name } }',
  ])('the count of %s is the number of values in its answer', async (query) => {
    const document = parse(query);
    const answer = await introspect(schema, document, {}, 20_000);
    let values = 0;
    JSON.stringify(answer.data, (_key, value: unknown) => {
      values += 1;
      return value;
    });
    // JSON.stringify also visits the outermost object, which is not the value of a field.
    const counted = values - 1;
    await expect(introspect(schema, document, {}, counted)).resolves.toEqual(answer);
    await expect(introspect(schema, document, {}, counted - 1)).rejects.toThrow('values of the schema');
  });
});
