/** Fields and types of any supergraph are guarded, whatever the directives' names, and however they are reached. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createDenials } from '../../../../gateway/access/guards.ts';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { compose, fetchFrom } from '../../../federation/support/subgraphs.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy"])\n';
const secret = { __typename: 'Secret', id: '1', word: 'xyzzy' };
const subgraphs = {
  one: {
    sdl: `${link}
      type Query {
        secret: Secret any: [Any] node: Node made: Int @authenticated scoped: Int @requiresScopes(scopes: [["a", "b"], ["c"]])
        ruled: Int @policy(policies: [["p"]]) open: Int
      }
      union Any = Secret | Open
      interface Node { id: ID }
      type Secret implements Node @authenticated { id: ID word: String }
      type Open implements Node { id: ID more: [Any] }`,
    resolvers: {
      Query: {
        secret: () => secret,
        any: () => [secret, { __typename: 'Open', id: '2', more: [secret] }],
        node: () => secret,
        made: () => 1,
        scoped: () => 2,
        ruled: () => 3,
        open: () => 4,
      },
    },
  },
};
const supergraph = compose(subgraphs);
const fetch = fetchFrom(subgraphs);
const signedIn = (...scopes: string[]): Caller => ({
  ...anonymous,
  authenticated: true,
  scopes: new Set(scopes),
});

async function ask(query: string, caller: Caller = anonymous, sdl: string = supergraph) {
  const engine = createEngine(sdl);
  const denied = createDenials(engine.requirements)(caller);
  const { data, errors } = await engine.execute({ document: parse(query), denied, fetch });
  return [data, errors?.map(({ path, extensions }) => `${path?.join('.')} ${extensions?.code}`)];
}

test.each([
  ['a field', '{ secret { word } open }', { secret: null, open: 4 }, ['secret UNAUTHENTICATED']],
  [
    'a union',
    '{ any { __typename ... on Secret { word } ... on Open { id } } }',
    {
      any: [
        { __typename: 'Secret', word: null },
        { __typename: 'Open', id: '2' },
      ],
    },
    ['any.0.word UNAUTHENTICATED'],
  ],
  [
    'a union in a list below',
    '{ any { ... on Open { more { ... on Secret { alias: word id } } } } }',
    { any: [{}, { more: [{ alias: null, id: null }] }] },
    ['any.1.more.0.alias UNAUTHENTICATED', 'any.1.more.0.id UNAUTHENTICATED'],
  ],
  ['an interface', '{ node { id } }', { node: null }, ['node UNAUTHENTICATED']],
])('a guarded type is guarded through %s', async (_, query, data, errors) => {
  expect(await ask(query)).toEqual([data, errors]);
  const [signed] = await ask(query, signedIn());
  expect(JSON.stringify(signed)).toMatch(/xyzzy|"1"|"Secret"/);
});

test('no caller meets a policy, because the gateway implements none', async () => {
  expect(await ask('{ ruled open }')).toEqual([{ ruled: null, open: 4 }, ['ruled FORBIDDEN']]);
  expect(await ask('{ ruled open }', signedIn('p'))).toEqual([{ ruled: null, open: 4 }, ['ruled FORBIDDEN']]);
});

test('the directives have the names under which the supergraph links them', async () => {
  const renamed = supergraph
    .replace(
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "signed", for: SECURITY)',
    )
    .replace(
      '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)',
      '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{ name: "@requiresScopes", as: "@scopes" }], for: SECURITY)',
    )
    .replaceAll('@authenticated', '@signed')
    .replaceAll('@requiresScopes(', '@scopes(');
  expect(renamed).toContain('@signed');
  expect(await ask('{ made scoped open }', anonymous, renamed)).toEqual([
    { made: null, scoped: null, open: 4 },
    ['made UNAUTHENTICATED', 'scoped UNAUTHENTICATED'],
  ]);
  expect(await ask('{ made scoped }', signedIn('c'), renamed)).toEqual([{ made: 1, scoped: 2 }, undefined]);
});

test('a supergraph with an unknown security feature is not served', () => {
  const guarded = supergraph.replace(
    'schema @link',
    'schema @link(url: "https://specs.example.org/walls/v1.0", for: SECURITY) @link',
  );
  expect(() => createEngine(guarded)).toThrow('guarded by https://specs.example.org/walls/v1.0');
});
