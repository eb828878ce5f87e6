/**
 * Guards protect the fields and types of any supergraph. It doesn't matter how the directives are named, or how a field
 * is reached.
 */
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createDenials } from '../../../../gateway/access/guards.ts';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import type { FetchSubgraph } from '../../../../gateway/executor/index.ts';
import { readRequirements } from '../../../../gateway/supergraph/requirements.ts';
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

async function ask(
  query: string,
  caller: Caller = anonymous,
  sdl: string = supergraph,
  fetchFields: FetchSubgraph = fetch,
) {
  const engine = createEngine(sdl);
  const denied = createDenials(engine.requirements)(caller);
  const { data, errors } = await engine.execute({
    document: parse(query),
    denied,
    shared: null,
    allowance: null,
    fetch: fetchFields,
  });
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

describe('a guard on one type of an interface', () => {
  const book = { __typename: 'Book', title: 'Walden', pages: 2, author: 'T' };
  const film = { __typename: 'Film', title: 'Alien', pages: 1, author: 'S' };
  const media = {
    one: {
      sdl: `${link}
        type Query { all: [Media] book: Book film: Film }
        interface Media { title: String pages: Int author: String }
        type Book implements Media {
          title: String @authenticated
          pages: Int @requiresScopes(scopes: [["a"], ["b"]])
          author: String @policy(policies: [["p"]])
        }
        type Film implements Media { title: String pages: Int @requiresScopes(scopes: [["b"], ["c"]]) author: String }`,
      resolvers: { Query: { all: () => [book, film], book: () => book, film: () => film } },
    },
  };
  const composed = compose(media);
  const fetchMedia = fetchFrom(media);

  test('leaves the field to the others, however they are reached', async () => {
    expect(composed).toMatch(/interface Media [^}]*title: String @authenticated/);
    expect(await ask('{ film { title author } }', anonymous, composed, fetchMedia)).toEqual([
      { film: { title: 'Alien', author: 'S' } },
      undefined,
    ]);
    expect(await ask('{ all { title author } }', anonymous, composed, fetchMedia)).toEqual([
      {
        all: [
          { title: null, author: null },
          { title: 'Alien', author: 'S' },
        ],
      },
      ['all.0.title UNAUTHENTICATED', 'all.0.author FORBIDDEN'],
    ]);
  });

  test.each([
    [['a'], [{ pages: 2 }, { pages: null }]],
    [['b'], [{ pages: 2 }, { pages: 1 }]],
    [['c'], [{ pages: null }, { pages: 1 }]],
    [[], [{ pages: null }, { pages: null }]],
  ])('asks for the scopes of each type alone: %j', async (scopes, all) => {
    const [data] = await ask('{ all { pages } }', signedIn(...scopes), composed, fetchMedia);
    expect(data).toEqual({ all });
  });

  // In supergraphs of older compositions an interface has a guard of its own.
  test.each(['@authenticated', '@requiresScopes(scopes: [["d"]])', '@policy(policies: [["q"]])'])(
    'holds for all types where it is on the interface alone: %s',
    async (guard) => {
      const guarded = composed
        .replace(/(type Book [^}]*)title: String @authenticated/, '$1title: String')
        .replace(/(interface Media [^}]*)title: String @authenticated/, `$1title: String ${guard}`);
      const [data] = await ask('{ film { title } book { title } }', anonymous, guarded, fetchMedia);
      expect(data).toEqual({ film: { title: null }, book: { title: null } });
    },
  );

  test('holds for all types where the interface asks for other scopes than any of them', async () => {
    const guarded = composed.replace(
      /(interface Media [^}]*pages: Int @requiresScopes\(scopes: ).*?\]\]/,
      '$1[["d"]]',
    );
    expect(guarded).toContain('[["d"]]');
    const [data] = await ask('{ film { pages } book { pages } }', signedIn('b'), guarded, fetchMedia);
    expect(data).toEqual({ film: { pages: null }, book: { pages: null } });
    const [both] = await ask('{ film { pages } book { pages } }', signedIn('b', 'd'), guarded, fetchMedia);
    expect(both).toEqual({ film: { pages: 1 }, book: { pages: 2 } });
  });
});

test('a supergraph with many guarded types of many interfaces is read at once', () => {
  const names = Array.from({ length: 25 }, (_, at) => at);
  const guard = (at: number) => `@requiresScopes(scopes: [["a${at}"], ["b${at}"]])`;
  const schema = buildSchema(`
    type Query { all: [I0] }
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
    ${names.map((at) => `interface I${at} { f: Int }`).join('\n')}
    ${names.map((at) => `type T${at} implements ${names.map((n) => `I${n}`).join(' & ')} { f: Int }`).join('\n')}`);
  const sdl = `
    schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
    ${names.map((at) => `interface I${at} { f: Int ${guard(at + 25)} }`).join('\n')}
    ${names.map((at) => `type T${at} { f: Int ${guard(at)} }`).join('\n')}`;
  const denied = createDenials(readRequirements(parse(sdl), schema));
  const all = names.flatMap((at) => [`a${at}`, `b${at + 25}`]);
  expect(denied(signedIn(...all)).has('T3.f')).toBe(false);
  expect(denied(signedIn(...all.filter((scope) => scope !== 'a3'))).get('T3.f')?.message).toBe(
    'This requires the scope a3, or b3.',
  );
  expect(
    denied(signedIn(...all.filter((scope) => scope !== 'a3' && scope !== 'b28'))).get('T3.f')?.message,
  ).toBe('This requires the scope a3, or b3; and a28, or b28.');
});

test('the reason is in the caller’s language, also for callers with the same scopes', () => {
  const schema = buildSchema('type Query { a: Int }');
  const sdl = `
    schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
    type Query { a: Int @requiresScopes(scopes: [["b", "c"], ["d"]]) }`;
  const denied = createDenials(readRequirements(parse(sdl), schema));
  const message = (caller: Caller) => denied(caller).get('Query.a')?.message;
  expect(message(signedIn())).toBe('This requires the scope b and c, or d.');
  expect(message({ ...signedIn(), language: 'zh-Hant' })).toBe('此項須有權限 b 及 c 或 d。');
});

test('a scope with a space in it never passes for the scopes that it spells', () => {
  const schema = buildSchema('type Query { a: Int }');
  const sdl = `
    schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
    type Query { a: Int @requiresScopes(scopes: [["b", "c"]]) }`;
  const denied = createDenials(readRequirements(parse(sdl), schema));
  expect(denied(signedIn('b', 'c')).has('Query.a')).toBe(false);
  expect(denied(signedIn('b c')).has('Query.a')).toBe(true);
});
