/** The part of the graph that each audience sees, over the running gateway. */
import { readFile } from 'node:fs/promises';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  getIntrospectionQuery,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import type { TokenClaims } from '../../../gateway/access/development.ts';
import { type Audience, audiences } from '../../../gateway/audiences.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { sample } from '../../support/sample.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { type Answer, startSystem } from '../running-system.ts';

const issuer = 'https://login.example';
const staffScopes = ['patrons:read', 'applications:decide'];
const provider = openedForTests(() => startIdentityProvider());
/** One client for each audience. A client may have more scopes than its audience uses, but it sees no more fields. */
const grants = audiences
  .filter((audience) => audience !== 'public')
  .map((audience) => ({
    clients: [audience],
    audience,
    patronId: audience === 'reader',
    scopes: [...staffScopes, 'partner:verify', 'station', 'telephone', 'sign-in'],
  }));
const system = openedForTests(() => {
  const keys = { url: provider.url };
  const entry = { name: 'login', issuer, audiences: ['patron-graph'], keys, grants };
  return startSystem(undefined, {}, { issuers: [entry] });
});

/** The scope with which a token has a right of its audience. */
const leastScope: Readonly<Record<Audience, string>> = {
  reader: '',
  partner: 'partner:verify',
  station: 'station',
  telephone: 'telephone',
  'sign-in': 'sign-in',
  staff: 'applications:decide',
  public: '',
};

/** Asks as a client of the audience. The audience `public` sends no token. */
async function askAs(
  audience: Audience,
  query: string,
  { scope = leastScope[audience], ...options }: { readonly scope?: string; readonly variables?: object } = {},
): Promise<Answer> {
  if (audience === 'public') {
    return system.ask(query, options);
  }
  const token = await provider.token({
    iss: issuer,
    aud: 'patron-graph',
    sub: audience,
    client_id: audience,
    scope,
    ...(audience === 'reader' && { patron_id: 'P0000001' }),
  });
  return system.ask(query, { token, ...options });
}

const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions.code) ?? [];
const messagesOf = ({ body }: Answer) => body.errors?.map(({ message }) => message) ?? [];

const committed = (audience: Audience) =>
  readFile(new URL(`../../../schema/audiences/${audience}.graphql`, import.meta.url), 'utf8');

const introspection = getIntrospectionQuery({
  inputValueDeprecation: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  oneOf: true,
});

/** The schema in an answer to `introspection`, as SDL. */
const shownBy = ({ body }: Answer): string =>
  printSchema(buildClientSchema(body.data as unknown as Parameters<typeof buildClientSchema>[0]));

/** The names of a type's fields. The set is empty for a type without fields. */
function fieldsOf(type: GraphQLNamedType | undefined): ReadonlySet<string> {
  return new Set(
    isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
      ? Object.keys(type.getFields())
      : [],
  );
}

/** The fields that can be selected in `whole` but not in `schema`, each as type and field. */
function fieldsBeyond(schema: GraphQLSchema, whole: GraphQLSchema): readonly (readonly [string, string])[] {
  return Object.values(whole.getTypeMap())
    .filter((type) => (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type))
    .flatMap((type) => {
      const seen = fieldsOf(schema.getType(type.name));
      return [...fieldsOf(type)]
        .filter((field) => !seen.has(field))
        .map((field) => [type.name, field] as const);
    });
}

/** A field of each type among these fields that `audience` doesn't see. An exhaustive run has all of them. */
function someOf(audience: string, beyond: ReturnType<typeof fieldsBeyond>): typeof beyond {
  expect(beyond.length).toBeGreaterThan(100);
  return sample(`fields that ${audience} may not see`, beyond, { each: 1, kindsOf: ([type]) => [type] });
}

/** An operation that selects the field, whether or not there is a path to its type. */
function queryFor(type: string, field: string): string {
  const isRoot = type === 'Query' || type === 'Mutation';
  const selection = isRoot ? field : `__typename ... on ${type} { ${field} }`;
  return `${type === 'Mutation' ? 'mutation' : 'query'} { ${selection} }`;
}

describe('introspection', () => {
  test.each(audiences)('shows %s exactly what is in schema/audiences', async (audience) => {
    const answer = await askAs(audience, introspection);
    expect(shownBy(answer)).toBe(printSchema(buildSchema(await committed(audience))));
  });

  test('finds no type of another audience', async () => {
    const find = '{ __type(name: "AmendPatronInput") { name } }';
    expect((await askAs('staff', find)).body.data).toEqual({ __type: { name: 'AmendPatronInput' } });
    expect((await askAs('reader', find)).body.data).toEqual({ __type: null });
  });
});

describe('an audience doesn’t know what is outside it', () => {
  test.each(['partner', 'public', 'telephone'] as const)(
    "%s is refused any field of staff's by validation, with any scopes",
    { timeout: 60_000 },
    async (audience) => {
      const seen = buildSchema(await committed(audience));
      const beyond = fieldsBeyond(seen, buildSchema(await committed('staff')));
      for (const [type, field] of someOf(audience, beyond)) {
        const scope = [leastScope[audience], ...staffScopes].join(' ');
        const answer = await askAs(audience, queryFor(type, field), { scope });
        const expected =
          seen.getType(type) === undefined
            ? `Unknown type "${type}".`
            : `Cannot query field "${field}" on type "${type}".`;
        expect(answer.status).toBe(400);
        expect(new Set(codesOf(answer))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
        // The message may end with a suggestion from the audience's own schema.
        expect(messagesOf(answer).some((message) => message.startsWith(expected))).toBe(true);
      }
    },
  );

  test('suggestions are from what it sees', async () => {
    const query = '{ patron(id: "P0000001") { statu } }';
    expect(messagesOf(await askAs('station', query))[0]).toContain('Did you mean "status"?');
    expect(messagesOf(await askAs('public', '{ patrns { edges { cursor } } }'))).toEqual([
      'Cannot query field "patrns" on type "Query".',
    ]);
  });

  test('a field of a variable is unknown too', async () => {
    const query =
      'mutation($input: SubmitApplicationInput!) { submitApplication(input: $input) { receipt } }';
    const variables = { input: { patronId: 'P0000001' } };
    const unknown = 'Variable "$input" has a field that SubmitApplicationInput does not have.';
    expect(messagesOf(await askAs('public', query, { variables }))).toContain(unknown);
    expect(messagesOf(await askAs('staff', query, { variables }))).not.toContain(unknown);
  });

  test('a document is refused even if another audience has just sent it', async () => {
    const query = '{ patrons(first: 1) { edges { node { id } } } }';
    const scope = staffScopes.join(' ');
    for (const _ of [1, 2]) {
      expect((await askAs('staff', query, { scope })).body).toMatchObject({ data: { patrons: {} } });
      expect(codesOf(await askAs('reader', query, { scope }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    }
  });
});

describe('within an audience', () => {
  test('a field that the caller may not read is null, with an error', async () => {
    const another = await askAs('reader', '{ me { id } patron(id: "P0000002") { id } }');
    expect(another.body.data).toEqual({ me: { id: 'P0000001' }, patron: null });
    expect(codesOf(another)).toEqual(['FORBIDDEN']);
    const withoutScope = await askAs('staff', '{ patrons(first: 1) { edges { node { id } } } }');
    expect(withoutScope.body.data).toEqual({ patrons: null });
    expect(codesOf(withoutScope)).toEqual(['FORBIDDEN']);
  });

  test.each(audiences)('%s reads the catalogue', async (audience) => {
    const query = '{ item(itemNumber: "31852000000494") { itemNumber } branches { code } }';
    expect((await askAs(audience, query)).body).toMatchObject({ data: { branches: expect.anything() } });
  });
});

test('a token without any right of its client’s audience sees what the public sees', async () => {
  const answer = await askAs('staff', '{ patrons(first: 1) { edges { cursor } } }', { scope: '' });
  expect(messagesOf(answer)).toEqual(['Cannot query field "patrons" on type "Query".']);
});

describe('with one issuer for all, the rights in the token decide', () => {
  const single = openedForTests(() => startSystem());
  const schemaSeenBy = async (claims: Partial<TokenClaims> | null) => {
    const token = claims === null ? undefined : await single.token({ patronId: undefined, ...claims });
    return shownBy(await single.ask(introspection, token === undefined ? {} : { token }));
  };

  test.each<[Partial<TokenClaims> | null, Audience]>([
    [null, 'public'],
    [{ patronId: 'P0000001' }, 'reader'],
    [{ scope: 'openid' }, 'reader'],
    [{ scope: 'partner:verify', clientId: 'ebooks' }, 'partner'],
    [{ scope: 'station' }, 'station'],
    [{ scope: 'telephone' }, 'telephone'],
    [{ scope: 'sign-in' }, 'sign-in'],
    [{ scope: 'patrons:read' }, 'staff'],
    [{ scope: 'circulation:write credentials:write operate' }, 'staff'],
  ])('%j is %s', async (claims, audience) => {
    expect(await schemaSeenBy(claims)).toBe(printSchema(buildSchema(await committed(audience))));
  });

  test.each<Partial<TokenClaims>>([
    { patronId: 'P0000001', scope: 'station' },
    { scope: 'station telephone' },
    { scope: 'patrons:read partner:verify' },
  ])('%j sees the whole graph', async (claims) => {
    const find = '{ __type(name: "AmendPatronInput") { name } me { id } }';
    const { body } = await single.ask(find, {
      token: await single.token({ patronId: undefined, ...claims }),
    });
    const me = claims.patronId === undefined ? null : { id: claims.patronId };
    expect(body.data).toEqual({ __type: { name: 'AmendPatronInput' }, me });
  });

  test.each<[string, Partial<TokenClaims> | null]>([
    ['a partner', { scope: 'partner:verify', clientId: 'ebooks' }],
    ['somebody without a token', null],
  ])('%s is refused any field of staff by validation', { timeout: 60_000 }, async (who, claims) => {
    const seen = buildSchema(await committed(claims === null ? 'public' : 'partner'));
    const token = claims === null ? undefined : await single.token({ patronId: undefined, ...claims });
    const beyond = fieldsBeyond(seen, buildSchema(await committed('staff')));
    for (const [type, field] of someOf(who, beyond)) {
      const answer = await single.ask(queryFor(type, field), token === undefined ? {} : { token });
      expect(answer.status).toBe(400);
      expect(new Set(codesOf(answer))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    }
  });
});
