import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine, type EngineAnswer, type EngineRequest } from '../../gateway/engine.ts';
import {
  type FetchSubgraph,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../../gateway/executor/index.ts';

const engine = createEngine(
  readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'),
);

type Canned = SubgraphResponse | ((request: SubgraphRequest) => SubgraphResponse);

/**
 * Subgraphs that answer what the test has them answer, under the keys that the plan gives to fields, and remember what
 * they were asked.
 */
function canned(answers: Record<string, Canned>): FetchSubgraph & { asked: SubgraphRequest[] } {
  const asked: SubgraphRequest[] = [];
  const fetch: FetchSubgraph = async (request) => {
    asked.push(request);
    const answer = answers[request.subgraph];
    if (answer === undefined) {
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE');
    }
    let text = JSON.stringify(typeof answer === 'function' ? answer(request) : answer);
    for (const [, key, name] of request.operation.matchAll(/(_a\w+): (\w+)/g)) {
      text = text.replaceAll(`"${name}"`, `"${key}"`);
    }
    return JSON.parse(text) as SubgraphResponse;
  };
  return Object.assign(fetch, { asked });
}

const ask = (query: string, fetch: FetchSubgraph, more: Partial<EngineRequest> = {}): Promise<EngineAnswer> =>
  engine.execute({ document: parse(query), fetch, ...more });
const where = ({ errors }: EngineAnswer) =>
  errors?.map(({ path, extensions }) => `${path?.join('.')} ${extensions?.code}`);

const patrons = { data: { me: { __typename: 'Patron', id: 'P1', name: { english: 'CHAN, TAI MAN' } } } };
const credentials = {
  data: {
    me: { __typename: 'Patron', id: 'P1', cardNumbers: ['1', '2'], credentials: [{ status: 'ACTIVE' }] },
  },
};
const circulation = { data: { _entities: [{ loanQuota: { used: 3 } }] } };

describe('errors', () => {
  test('a subgraph error shows at the client’s own path, with its code and without what is internal', async () => {
    const failing = {
      data: { me: { name: null } },
      errors: [
        {
          message: 'No answer.',
          path: ['me', 'name', 'english'],
          extensions: { code: 'UPSTREAM_TIMEOUT', stacktrace: ['at secret.ts'], serviceName: 'patrons' },
        },
      ],
    };
    const answer = await ask(
      '{ who: me { called: name { inEnglish: english } } }',
      canned({ patrons: failing }),
    );
    expect(answer).toEqual({
      data: { who: { called: null } },
      errors: [
        {
          message: 'No answer.',
          path: ['who', 'called', 'inEnglish'],
          extensions: { code: 'UPSTREAM_TIMEOUT' },
        },
      ],
    });
  });

  test('what a required field lacks, the field that requires it lacks too, for the same reason', async () => {
    const down = {
      data: { _entities: [{ cardNumbers: null }] },
      errors: [
        {
          message: 'Busy.',
          path: ['_entities', 0, 'cardNumbers'],
          extensions: { code: 'UPSTREAM_UNAVAILABLE' },
        },
      ],
    };
    const fetch = canned({ patrons, credentials: down, circulation });
    const answer = await ask('{ me { name { english } loanQuota { used } } }', fetch);
    expect(answer.data).toEqual({ me: { name: { english: 'CHAN, TAI MAN' }, loanQuota: null } });
    expect(where(answer)).toEqual(['me.loanQuota UPSTREAM_UNAVAILABLE']);
    expect(fetch.asked.map(({ subgraph }) => subgraph)).not.toContain('circulation');
  });

  test('a subgraph that is gone takes its own fields and no others', async () => {
    const answer = await ask(
      '{ me { name { english } credentials { status } loanQuota { used } } }',
      canned({ credentials, circulation }),
    );
    expect(answer.data).toMatchObject({ me: { name: null, loanQuota: { used: 3 } } });
    expect(where(answer)).toEqual(['me.name SUBGRAPH_UNAVAILABLE']);
  });

  test.each<[string, SubgraphResponse]>([
    ['nothing', {}],
    ['data null', { data: null }],
    ['a scalar where an object belongs', { data: { me: 1 as never } }],
    ['a list where an object belongs', { data: { me: [] as never } }],
    ['no field', { data: { me: {} } }],
    ['another type', { data: { me: { name: 'CHAN' } } }],
    ['a leaf of another type', { data: { me: { name: { english: { first: 'x' } } } } }],
    ['null in a non-null', { data: { me: { name: { english: null } } } }],
  ])('an answer against the schema is no silent null: %s', async (_what, response) => {
    const answer = await ask('{ me { name { english } } }', canned({ patrons: response }));
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors?.[0]?.extensions?.code).toBe('SUBGRAPH_INVALID_RESPONSE');
    expect(JSON.stringify(answer.data)).toContain('null');
  });

  test('a null that a subgraph means is just null', async () => {
    expect(await ask('{ me { name { english } } }', canned({ patrons: { data: { me: null } } }))).toEqual({
      data: { me: null },
    });
  });

  test('an entity that a subgraph does not know has null fields and no error', async () => {
    const fetch = canned({ credentials, circulation: { data: { _entities: [null] } } });
    expect(await ask('{ me { loanQuota { used } } }', fetch)).toEqual({ data: { me: { loanQuota: null } } });
  });

  test('an error without a path speaks for everything that the request should have fed', async () => {
    const fetch = canned({
      credentials,
      circulation: { errors: [{ message: 'Broken.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    const answer = await ask('{ me { loanQuota { used } charges { id } } }', fetch);
    expect(answer.data).toEqual({ me: { loanQuota: null, charges: null } });
    expect(where(answer)).toEqual(['me.loanQuota INTERNAL_SERVER_ERROR', 'me.charges INTERNAL_SERVER_ERROR']);
  });

  test('an error at a field that nobody asked for is not shown', async () => {
    const fetch = canned({
      credentials: {
        data: { me: { __typename: 'Patron', id: 'P1', cardNumbers: ['1'] } },
        errors: [{ message: 'Odd.', path: ['me', 'elsewhere'] }],
      },
      circulation,
    });
    expect(await ask('{ me { loanQuota { used } } }', fetch)).toEqual({
      data: { me: { loanQuota: { used: 3 } } },
    });
  });
});

describe('entities', () => {
  test('one that shows in several places is asked for once, and each place has its own', async () => {
    const fetch = canned({
      patrons: {
        data: {
          patrons: {
            edges: ['P1', 'P2', 'P1'].map((id) => ({ node: { __typename: 'Patron', id } })),
          },
        },
      },
      credentials: ({ variables }) => ({
        data: {
          _entities: (variables.representations as { id: string }[]).map(({ id }) => ({
            libraryCardNumber: id,
          })),
        },
      }),
    });
    const answer = await ask('{ patrons { edges { node { libraryCardNumber } } } }', fetch);
    expect(fetch.asked[1]?.variables.representations).toEqual([
      { __typename: 'Patron', id: 'P1' },
      { __typename: 'Patron', id: 'P2' },
    ]);
    expect(answer).toEqual({
      data: { patrons: { edges: ['P1', 'P2', 'P1'].map((id) => ({ node: { libraryCardNumber: id } })) } },
    });
  });

  test('keys from a subgraph that are names of the language are data and nothing else', async () => {
    const hostile = '{"data":{"me":{"name":{"english":"X"},"__proto__":{"polluted":true},"constructor":1}}}';
    const answer = await ask(
      '{ me { __proto__: name { english } } }',
      canned({ patrons: () => JSON.parse(hostile) as SubgraphResponse }),
    );
    expect(JSON.stringify(answer)).toBe('{"data":{"me":{"__proto__":{"english":"X"}}}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('what the caller may not have', () => {
  const denied = new Map([['Patron.loanQuota', { code: 'FORBIDDEN' as const, message: 'No.' }]]);

  test('is not fetched, and says so wherever it was asked for', async () => {
    const fetch = canned({ patrons, credentials });
    const answer = await ask(
      '{ me { name { english } quota: loanQuota { used } ...More } } fragment More on Patron { loanQuota { limit } }',
      fetch,
      { denied },
    );
    expect(answer.data).toEqual({ me: { name: { english: 'CHAN, TAI MAN' }, quota: null, loanQuota: null } });
    expect(where(answer)).toEqual(['me.quota FORBIDDEN', 'me.loanQuota FORBIDDEN']);
    expect(fetch.asked.map(({ subgraph }) => subgraph)).toEqual(['patrons']);
  });

  test('is nobody’s business where there is no object to have it', async () => {
    const fetch = canned({ patrons: { data: { me: null } }, credentials: { data: { me: null } } });
    expect(await ask('{ me { loanQuota { used } } }', fetch, { denied })).toEqual({ data: { me: null } });
  });
});

describe('operations', () => {
  test('what needs no subgraph asks none', async () => {
    const fetch = canned({});
    expect(await ask('{ __typename t: __typename }', fetch)).toEqual({
      data: { __typename: 'Query', t: 'Query' },
    });
    expect(
      await ask('query($yes: Boolean!) { me @skip(if: $yes) { id } }', fetch, { variables: { yes: true } }),
    ).toEqual({ data: {} });
    const { data } = await ask('{ __type(name: "PatronStatus") { enumValues { name } } }', fetch);
    expect(data).toEqual({
      __type: { enumValues: ['ACTIVE', 'SUSPENDED', 'CLOSED'].map((name) => ({ name })) },
    });
    expect(fetch.asked).toEqual([]);
  });

  test('what clients may not see is not in the schema', async () => {
    const { data } = await ask(
      '{ __type(name: "Patron") { fields { name } } __schema { types { name } } }',
      canned({}),
    );
    const text = JSON.stringify(data);
    expect(text).not.toContain('cardNumbers');
    expect(text).not.toMatch(/join__|_Any|_Service|_entities/);
  });

  test('a variable may be called as the plan’s own are', async () => {
    const fetch = canned({
      credentials: ({ variables }) =>
        variables.representations === undefined
          ? { data: { me: { __typename: 'Patron', id: 'P1', cardNumbers: ['1'] } } }
          : {},
      circulation: ({ variables }) => {
        expect(variables.representations).toHaveLength(1);
        return { data: { _entities: [{ loans: { totalCount: variables.v_representations } }] } };
      },
    });
    const answer = await ask(
      'query($representations: Int!) { me { loans(first: $representations) { totalCount } } }',
      fetch,
      {
        variables: { representations: 7 },
      },
    );
    expect(answer).toEqual({ data: { me: { loans: { totalCount: 7 } } } });
  });

  test('a document with several operations wants a name', async () => {
    const document = parse('query A { __typename } query B { b: __typename }');
    expect(await engine.execute({ document, fetch: canned({}), operationName: 'B' })).toEqual({
      data: { b: 'Query' },
    });
    expect((await engine.execute({ document, fetch: canned({}) })).errors?.[0]?.extensions?.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});

describe('variables are coerced once, and named by path and type, never by value', () => {
  const query =
    'query($p: SmartIdPresented!, $n: [CredentialStatus!]) { smartId(presented: $p) { status } me { credentials(status: $n) { status } } }';
  const right = { identityNumber: 'A123456(3)', dateOfIssue: '2019-02-20' };
  test.each<[Record<string, unknown>, string]>([
    [{}, 'Variable "$p" must be a SmartIdPresented!.'],
    [{ p: 'A123456(3)' }, 'Variable "$p" must be a SmartIdPresented!.'],
    [{ p: { ...right, dateOfIssue: '2019-02-30' } }, 'Variable "$p.dateOfIssue" must be a Date!.'],
    [{ p: { identityNumber: 'A123456(3)' } }, 'Variable "$p.dateOfIssue" must be a Date!.'],
    [{ p: { ...right, 'A123456(3)': 1 } }, 'Variable "$p" must be a SmartIdPresented!.'],
    [{ p: right, n: ['ACTIVE', 'A123456(3)'] }, 'Variable "$n[1]" must be a CredentialStatus!.'],
  ])('%j', async (variables, message) => {
    const answer = await ask(query, canned({}), { variables });
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors).toEqual([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
