import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ask, canned, engine } from '../executor/canned.ts';

describe('the gateway answers without a subgraph', () => {
  test('introspection beside data, in the order of the operation', async () => {
    const answer = await ask(
      '{ t: __type(name: "Money") { name } me { libraryCardNumber } __typename s: __schema { queryType { name } } }',
      {
        credentials: { data: { me: { libraryCardNumber: 'C1' } } },
      },
    );
    expect(JSON.stringify(answer)).toBe(
      '{"data":{"t":{"name":"Money"},"me":{"libraryCardNumber":"C1"},"__typename":"Query","s":{"queryType":{"name":"Query"}}}}',
    );
  });

  test('a null for an argument of introspection that must not be null is an error of the answer', async () => {
    const query = 'query ($n: String = "Money") { __type(name: $n) { name } me { libraryCardNumber } }';
    const answers = { credentials: { data: { me: { libraryCardNumber: 'C1' } } } };
    expect(await ask(query, answers, { variables: { n: null } })).toEqual({
      data: { __type: null, me: { libraryCardNumber: 'C1' } },
      errors: [
        {
          message: 'Argument "name" of non-null type "String!" must not be null.',
          path: ['__type'],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    const below = 'query ($d: Boolean = true) { __schema { directives(includeDeprecated: $d) { name } } }';
    expect(await ask(below, {}, { variables: { d: null } })).toMatchObject({
      data: null,
      errors: [{ path: ['__schema', 'directives'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('introspection without inaccessible fields and federation’s own definitions', async () => {
    const { data } = await ask('{ __schema { types { name fields { name } } directives { name } } }', {});
    expect(JSON.stringify(data)).not.toMatch(/cardNumbers|join__|link__|_Any|_entities|"name":"__schema"/);
  });

  test('introspection of @deprecated without a place whose name older clients don’t know', async () => {
    const { data } = await ask('{ __schema { directives { name locations } } }', {});
    expect(JSON.stringify(data)).not.toContain('DIRECTIVE_DEFINITION');
    expect(data).toMatchObject({
      __schema: {
        directives: expect.arrayContaining([
          {
            name: 'deprecated',
            locations: ['FIELD_DEFINITION', 'ARGUMENT_DEFINITION', 'INPUT_FIELD_DEFINITION', 'ENUM_VALUE'],
          },
        ]),
      },
    });
  });

  test('an operation that skips everything', async () => {
    expect(
      await ask(
        'query ($no: Boolean!) { me @include(if: $no) { status } patron(id: 1) @skip(if: true) { id } }',
        {},
        { variables: { no: false } },
      ),
    ).toEqual({ data: {} });
  });

  test('fragments that each spread the next twice are rejected and not planned', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) =>
        `fragment F${n} on Patron { a${n}: loans { edges { node { credential { patron { ...F${n + 1} } } } } } b${n}: loans { edges { node { credential { patron { ...F${n + 1} } } } } } }`,
    );
    const document = parse(`{ me { ...F0 } } ${levels.join(' ')} fragment F30 on Patron { id }`);
    const answer = await engine.execute({ document, shared: null, allowance: null, fetch: canned({}) });
    expect(answer.data).toBeUndefined();
  }, 10_000);

  test.each([
    ['an unknown operation name', 'query A { __typename } query B { __typename }', { operationName: 'C' }],
    ['no operation name where there are two', 'query A { __typename } query B { __typename }', {}],
  ])('a request error: %s', async (_, query, more) => {
    const answer = await ask(query, {}, more);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });
});
