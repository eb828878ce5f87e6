import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/engine.ts';
import {
  type FetchSubgraph,
  SubgraphFailure,
  type SubgraphResponse,
} from '../../../gateway/executor/index.ts';
import { relabel } from './relabel.ts';
import { createWorld, link, worldOf } from './subgraphs.ts';

const supergraph = readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const engine = createEngine(supergraph);

type Answer = SubgraphResponse | SubgraphFailure;
type Canned = Readonly<Record<string, Answer | ((operation: string) => Answer)>>;

/** Each subgraph answers the same, a new object each time. */
function canned(answers: Canned): FetchSubgraph {
  return async ({ subgraph, operation }) => {
    const given = answers[subgraph];
    const answer = typeof given === 'function' ? given(operation) : given;
    if (answer === undefined) {
      throw new Error(`${subgraph} was not to be asked: ${operation}`);
    }
    if (answer instanceof SubgraphFailure) {
      throw answer;
    }
    return typeof answer.data === 'object' && !Array.isArray(answer.data)
      ? relabel(structuredClone(answer), operation)
      : answer;
  };
}

function ask(query: string, answers: Canned, more: object = {}) {
  return worldOf(engine, canned(answers)).ask(query, more);
}

const patron = { __typename: 'Patron', id: 'P1', cardNumbers: ['C1'] };
const quota = { data: { _entities: [{ loanQuota: { remaining: 3 } }] } };
const timeout = {
  message: 'Cards did not answer.',
  extensions: { code: 'UPSTREAM_TIMEOUT', stacktrace: ['secret'] },
};

describe('what a subgraph says went wrong', () => {
  test('an error is told at the path of the client, aliases and indexes in it', async () => {
    expect(
      await ask('{ people: patrons { edges { one: node { call: name { english } } } } }', {
        patrons: {
          data: { patrons: { edges: [{ node: { name: { english: 'A' } } }, { node: { name: null } }] } },
          errors: [{ message: 'No English.', path: ['patrons', 'edges', 1, 'node', 'name', 'english'] }],
        },
      }),
    ).toEqual({
      data: { people: { edges: [{ one: { call: { english: 'A' } } }, { one: { call: null } }] } },
      errors: [
        {
          message: 'No English.',
          path: ['people', 'edges', 1, 'one', 'call', 'english'],
          extensions: { code: 'SUBGRAPH_ERROR' },
        },
      ],
    });
  });

  test('what requires a failed field is null for the same reason, and is not asked for', async () => {
    const answer = await ask('{ me { quota: loanQuota { remaining } credentials { status } } }', {
      credentials: {
        data: { me: { ...patron, cardNumbers: null, credentials: [{ status: 'ACTIVE' }] } },
        errors: [{ ...timeout, path: ['me', 'cardNumbers'] }],
      },
    });
    expect(answer).toEqual({
      data: { me: { quota: null, credentials: [{ status: 'ACTIVE' }] } },
      errors: [
        { message: 'Cards did not answer.', path: ['me', 'quota'], extensions: { code: 'UPSTREAM_TIMEOUT' } },
      ],
    });
  });

  test('a required field that is null without an error is sent as null', async () => {
    const answer = await ask('{ me { loanQuota { remaining } } }', {
      credentials: { data: { me: { ...patron, cardNumbers: null } } },
      circulation: quota,
    });
    expect(answer).toEqual({ data: { me: { loanQuota: { remaining: 3 } } } });
  });

  test('a subgraph that can not be reached nulls what it feeds, and nothing else', async () => {
    const answer = await ask('{ me { name { english } loanQuota { remaining } loans { totalCount } } }', {
      patrons: { data: { me: { ...patron, name: { english: 'A' } } } },
      credentials: { data: { me: patron, _entities: [patron] } },
      circulation: new SubgraphFailure('circulation', 'SUBGRAPH_UNAVAILABLE'),
    });
    expect(answer.data).toEqual({ me: { name: { english: 'A' }, loanQuota: null, loans: null } });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['me', 'loanQuota'], 'SUBGRAPH_UNAVAILABLE'],
      [['me', 'loans'], 'SUBGRAPH_UNAVAILABLE'],
    ]);
  });

  test('one of two subgraphs with the same root field fails: the fields of the other stay', async () => {
    for (const broken of [
      new SubgraphFailure('patrons', 'SUBGRAPH_TIMEOUT'),
      {
        data: { me: null },
        errors: [{ message: 'Down.', path: ['me'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
      },
      { data: null, errors: [{ message: 'Down.', extensions: { code: 'SUBGRAPH_TIMEOUT' } }] },
      { errors: [{ message: 'Down.', extensions: { code: 'SUBGRAPH_TIMEOUT' } }] },
    ]) {
      const answer = await ask('{ me { name { english } libraryCardNumber } }', {
        patrons: broken,
        credentials: { data: { me: { libraryCardNumber: 'C1' } } },
      });
      expect(answer.data).toEqual({ me: { name: null, libraryCardNumber: 'C1' } });
      expect(answer.errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
        [['me', 'name'], 'SUBGRAPH_TIMEOUT'],
      ]);
    }
  });

  test('an error about an entity is told at every place that the entity has', async () => {
    const credential = { __typename: 'Credential', libraryCardNumber: 'C1' };
    const use = { credential, used: 1 };
    const answer = await ask('{ me { loanQuota { byCredential { credential { status } } } } }', {
      credentials: (operation) =>
        operation.includes('_entities')
          ? { data: { _entities: [null] }, errors: [{ message: 'Lost.', path: ['_entities', 0] }] }
          : { data: { me: patron } },
      circulation: { data: { _entities: [{ loanQuota: { byCredential: [use, use] } }] } },
    });
    expect(answer.errors?.map(({ path }) => path)).toEqual([
      ['me', 'loanQuota', 'byCredential', 0, 'credential', 'status'],
      ['me', 'loanQuota', 'byCredential', 1, 'credential', 'status'],
    ]);
  });

  test('an entity that the subgraph does not know is null without an error', async () => {
    expect(
      await ask('{ me { loanQuota { remaining } } }', {
        credentials: { data: { me: patron } },
        circulation: { data: { _entities: [null] } },
      }),
    ).toEqual({ data: { me: { loanQuota: null } } });
  });

  test('an error at a field that the client did not select is not told', async () => {
    const answer = await ask('{ me { libraryCardNumber } }', {
      credentials: {
        data: { me: { libraryCardNumber: 'C1', other: null } },
        errors: [{ message: 'x', path: ['me', 'other', 'deep'] }],
      },
    });
    expect(answer.data).toEqual({ me: { libraryCardNumber: 'C1' } });
    expect(answer.errors).toBeUndefined();
  });

  test('entities that came in a wrong number are an invalid answer', async () => {
    const answer = await ask('{ me { loanQuota { remaining } } }', {
      credentials: { data: { me: patron } },
      circulation: { data: { _entities: [] } },
    });
    expect(answer.data).toEqual({ me: { loanQuota: null } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('SUBGRAPH_INVALID_RESPONSE');
  });

  test('the same error at the same place is told once', async () => {
    const error = { message: 'Twice.', path: ['me', 'libraryCardNumber'] };
    const answer = await ask('{ me { libraryCardNumber } }', {
      credentials: { data: { me: { libraryCardNumber: null } }, errors: [error, error] },
    });
    expect(answer.errors).toHaveLength(1);
  });
});

describe('an answer against the schema is null with an error in its place', () => {
  const code = 'SUBGRAPH_INVALID_RESPONSE';
  test.each([
    [
      'an unknown enum value',
      '{ me { credentials { status } } }',
      { me: { credentials: [{ status: 'NOPE' }] } },
      { me: { credentials: [{ status: null }] } },
      ['me', 'credentials', 0, 'status'],
    ],
    ['a scalar for an object', '{ me { credentials { status } } }', { me: 7 }, { me: null }, ['me']],
    [
      'an object for a list',
      '{ me { credentials { status } } }',
      { me: { credentials: {} } },
      { me: { credentials: null } },
      ['me', 'credentials'],
    ],
    [
      'an object for a leaf',
      '{ me { libraryCardNumber } }',
      { me: { libraryCardNumber: {} } },
      { me: { libraryCardNumber: null } },
      ['me', 'libraryCardNumber'],
    ],
    [
      'a null that may not be',
      '{ me { credentials { libraryCardNumber } } }',
      { me: { credentials: [{ libraryCardNumber: null }] } },
      { me: { credentials: null } },
      ['me', 'credentials', 0, 'libraryCardNumber'],
    ],
    [
      'an unknown type',
      '{ me { credentials { ... on SmartIdCard { dateOfIssue } } } }',
      { me: { credentials: [{ __typename: 'Ghost' }] } },
      { me: { credentials: null } },
      ['me', 'credentials', 0],
    ],
    [
      'a missing field',
      '{ me { credentials { status } } }',
      { me: { credentials: [{}] } },
      { me: { credentials: [{ status: null }] } },
      ['me', 'credentials', 0, 'status'],
    ],
    [
      'a list that is no list of its items',
      '{ me { credentials { status } } }',
      JSON.parse('{"me":{"__proto__":{"credentials":[]},"credentials":null}}'),
      { me: { credentials: null } },
      null,
    ],
  ])('%s', async (_, query, data, expected, path) => {
    const answer = await ask(query, { credentials: { data } });
    expect(answer.data).toEqual(expected);
    expect(answer.errors?.map((error) => [error.path, error.extensions?.code])).toEqual(
      path === null ? undefined : [[path, code]],
    );
    expect(JSON.stringify(answer)).not.toMatch(/NOPE|Ghost/);
  });

  test('an answer that is none nulls what the fetch feeds', async () => {
    for (const nonsense of [
      {},
      { data: [] },
      { data: 'x' },
      { data: null },
    ] as unknown as SubgraphResponse[]) {
      const answer = await ask('{ me { libraryCardNumber } }', { credentials: nonsense });
      expect(answer.data).toEqual({ me: null });
      expect(answer.errors?.map((error) => [error.path, error.extensions?.code])).toEqual([[['me'], code]]);
    }
  });
});

describe('what a caller may not have', () => {
  const denial = { code: 'FORBIDDEN', message: 'No.' } as const;
  const denied = (...coordinates: string[]) => ({
    denied: new Map(coordinates.map((each) => [each, denial])),
  });

  test('is not asked for, and is null with the error wherever its object is', async () => {
    const operations: string[] = [];
    const answer = await ask(
      '{ patrons { edges { node { status secret: contact { email } } } } }',
      {
        patrons: (operation) => {
          operations.push(operation);
          return {
            data: { patrons: { edges: [{ node: { status: 'ACTIVE' } }, { node: { status: 'CLOSED' } }] } },
          };
        },
      },
      denied('Patron.contact'),
    );
    expect(operations.join()).not.toContain('contact');
    expect(answer).toEqual({
      data: {
        patrons: {
          edges: [{ node: { status: 'ACTIVE', secret: null } }, { node: { status: 'CLOSED', secret: null } }],
        },
      },
      errors: [0, 1].map((index) => ({
        message: 'No.',
        path: ['patrons', 'edges', index, 'node', 'secret'],
        extensions: { code: 'FORBIDDEN' },
      })),
    });
  });

  test('an operation of nothing else asks no subgraph', async () => {
    expect(await ask('{ me { status } }', {}, denied('Query.me'))).toEqual({
      data: { me: null },
      errors: [{ message: 'No.', path: ['me'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('a field of one type is denied through its interface too, on objects of that type alone', async () => {
    const answer = await ask(
      '{ me { credentials { status issuedOn } } }',
      {
        credentials: (operation) => {
          expect(operation).not.toMatch(/SmartIdCard ?\{[^}]*status/);
          return {
            data: {
              me: {
                credentials: [
                  { __typename: 'LibraryCard', status: 'ACTIVE', issuedOn: '2024-01-01' },
                  { __typename: 'SmartIdCard', issuedOn: '2024-01-01' },
                ],
              },
            },
          };
        },
      },
      denied('SmartIdCard.status'),
    );
    expect(answer.data).toEqual({
      me: {
        credentials: [
          { status: 'ACTIVE', issuedOn: '2024-01-01' },
          { status: null, issuedOn: '2024-01-01' },
        ],
      },
    });
    expect(answer.errors?.map(({ path }) => path)).toEqual([['me', 'credentials', 1, 'status']]);
  });

  test('a field of an interface is denied on every type that implements it', async () => {
    const answer = await ask(
      '{ me { credentials { libraryCardNumber ... on LibraryCard { status } } } }',
      {
        credentials: {
          data: { me: { credentials: [{ __typename: 'LibraryCard', libraryCardNumber: 'C1' }] } },
        },
      },
      denied('Credential.status'),
    );
    expect(answer.data).toEqual({ me: { credentials: [{ libraryCardNumber: 'C1', status: null }] } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('the same document is answered anew for a caller with other rights', async () => {
    const world = worldOf(engine, canned({ credentials: { data: { me: { libraryCardNumber: 'C1' } } } }));
    const document = parse('{ me { libraryCardNumber } }');
    const { fetch } = world;
    expect(await engine.execute({ document, fetch })).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
    const answer = await engine.execute({ document, fetch, ...denied('Patron.libraryCardNumber') });
    expect(answer.data).toEqual({ me: { libraryCardNumber: null } });
    expect(await engine.execute({ document, fetch })).toEqual({ data: { me: { libraryCardNumber: 'C1' } } });
  });
});

describe('what the gateway answers itself', () => {
  test('introspection beside data, in the order asked', async () => {
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

  test('introspection does not show what is inaccessible, nor federation', async () => {
    const { data } = await ask('{ __schema { types { name fields { name } } directives { name } } }', {});
    expect(JSON.stringify(data)).not.toMatch(/cardNumbers|join__|link__|_Any|_entities|"name":"__schema"/);
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

  test('a fragment within fragments, doubled many times, is refused and not planned', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) =>
        `fragment F${n} on Patron { a${n}: loans { edges { node { credential { patron { ...F${n + 1} } } } } } b${n}: loans { edges { node { credential { patron { ...F${n + 1} } } } } } }`,
    );
    const document = parse(`{ me { ...F0 } } ${levels.join(' ')} fragment F30 on Patron { id }`);
    const answer = await engine.execute({ document, fetch: canned({}) });
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

describe('variables', () => {
  const query = 'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { status } }';
  const refused = async (variables: unknown, text = query) => {
    const answer = await ask(text, {}, { variables });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors?.every(({ extensions }) => extensions?.code === 'BAD_USER_INPUT')).toBe(true);
    return answer.errors?.map(({ message }) => message).join(' ') ?? '';
  };

  test('a wrong value is named by its path and type, and never quoted', async () => {
    const secret = 'A1234567';
    for (const presented of [
      { identityNumber: secret, dateOfIssue: secret },
      { identityNumber: { [secret]: secret }, dateOfIssue: '2020-01-01' },
      { identityNumber: secret, dateOfIssue: '2020-01-01', [secret]: secret },
      [secret],
      secret,
      null,
      undefined,
    ]) {
      const message = await refused({ presented });
      expect(message).toContain('$presented');
      expect(message).not.toContain(secret);
    }
    expect(await refused({ presented: { identityNumber: secret, dateOfIssue: 'x' } })).toBe(
      'Variable "$presented.dateOfIssue" must be a Date!.',
    );
  });

  test.each([
    '2023-02-29',
    '2023-13-01',
    '2023-00-10',
    '2023-1-1',
    '2023-01-01T00:00:00Z',
    ' 2023-01-01',
    20230101,
  ])('%s is no date', async (dateOfIssue) => {
    expect(await refused({ presented: { identityNumber: 'x', dateOfIssue } })).toContain(
      '$presented.dateOfIssue',
    );
  });

  test('a subgraph is given only the variables that it uses, with defaults', async () => {
    const world = worldOf(
      engine,
      canned({ credentials: { data: { me: null } }, circulation: { data: { item: null } } }),
    );
    await world.ask(
      'query ($n: ID! = "1", $s: [CredentialStatus!] = [LOST]) { item(itemNumber: $n) { title } me { credentials(status: $s) { status } } }',
      { variables: {} },
    );
    const sent = world.requests
      .map(({ subgraph, variables }) => [subgraph, Object.keys(variables).length])
      .sort();
    expect(sent).toEqual([
      ['circulation', 1],
      ['credentials', 1],
    ]);
  });

  test.each(['representations', '__batch_reps_0', 'v_x', '_a'])(
    'a variable may be called $%s',
    async (name) => {
      const world = worldOf(
        engine,
        canned({
          credentials: { data: { me: patron } },
          circulation: { data: { _entities: [{ loans: { totalCount: 7 } }] } },
        }),
      );
      const answer = await world.ask(
        `query ($${name}: Int!) { me { loans(first: $${name}) { totalCount } } }`,
        {
          variables: { [name]: 5 },
        },
      );
      expect(answer).toEqual({ data: { me: { loans: { totalCount: 7 } } } });
      const { variables } = world.requests[1] ?? {};
      expect(Object.values(variables ?? {})).toContainEqual(5);
      expect(variables?.representations).toEqual([patron]);
    },
  );

  test('input nested beyond sense is refused, whatever its depth', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    await refused({ presented: deep });
  });
});

describe('mutations', () => {
  const subgraphs = {
    one: {
      sdl: `${link} type Query { q: Int } type Mutation { a(n: Int): T b(n: Int): T } type T @key(fields: "id") { id: ID! }`,
    },
    two: { sdl: `${link} type Mutation { c(n: Int): T } type T @key(fields: "id") { id: ID! slow: Int }` },
  };

  test('root fields run one after the other, each with all that it leads to', async () => {
    const log: string[] = [];
    const world = createWorld(subgraphs, async ({ subgraph, operation, variables }) => {
      const what = /[abc]\(/.exec(operation)?.[0] ?? JSON.stringify(variables);
      log.push(`begin ${subgraph} ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`end ${subgraph} ${what}`);
      const key = /\{\s*(?:(\w+):\s*)?([abc])\(/.exec(operation);
      return operation.includes('_entities')
        ? { data: { _entities: [{ slow: 1 }] } }
        : {
            data: {
              [key?.[1] ?? key?.[2] ?? '']: {
                __typename: 'T',
                id: '1',
                ...(subgraph === 'two' && { slow: 1 }),
              },
            },
          };
    });
    const answer = await world.ask('mutation { x: a(n: 1) { slow } c(n: 2) { slow } y: a(n: 1) { id } }');
    expect(JSON.stringify(answer.data)).toBe('{"x":{"slow":1},"c":{"slow":1},"y":{"id":"1"}}');
    for (const [index, line] of log.entries()) {
      expect(line.startsWith(index % 2 === 0 ? 'begin' : 'end'), log.join('\n')).toBe(true);
    }
    expect(log.filter((line) => line.includes('a('))).toHaveLength(4);
  });
});

test('one entity in two places is two objects: what one place lacks, the other keeps', async () => {
  const loan = { node: { id: 'L', credential: { __typename: 'Credential', libraryCardNumber: 'C1' } } };
  const answer = await ask(
    '{ me { a: loans(first: 2) { edges { node { credential { patron { id } } } } } b: loans(first: 3) { edges { node { credential { patron { name { english } } } } } } } }',
    {
      credentials: (operation) =>
        operation.includes('_entities')
          ? {
              data: Object.fromEntries(
                [...operation.matchAll(/(?:(\w+): ?)?_entities\(/g)].map(([, alias]) => [
                  alias ?? '_entities',
                  [{ patron: { __typename: 'Patron', id: 'P1' } }],
                ]),
              ),
            }
          : { data: { me: patron } },
      circulation: (operation) => ({
        data: {
          _entities: [
            Object.fromEntries(
              [...operation.matchAll(/(\w+): ?loans/g)].map(([, key]) => [key, { edges: [loan, loan] }]),
            ),
          ],
        },
      }),
      patrons: (operation) => ({
        data: {
          [/(?:(\w+): ?)?_entities\(/.exec(operation)?.[1] ?? '_entities']: [{ name: { english: 'A' } }],
        },
      }),
    },
  );
  const withId = { node: { credential: { patron: { id: 'P1' } } } };
  const withName = { node: { credential: { patron: { name: { english: 'A' } } } } };
  expect(answer).toEqual({
    data: { me: { a: { edges: [withId, withId] }, b: { edges: [withName, withName] } } },
  });
});
