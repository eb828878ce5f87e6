import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { type Audience, audiences, forAllAudiences } from '../../../../gateway/audiences.ts';
import { createHost, type Host } from '../../../../gateway/engine/host.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const read = (name: string) => readFileSync(new URL(`../../../../schema/${name}`, import.meta.url), 'utf8');
const schemas = Object.fromEntries(
  audiences.map((audience) => [audience, read(`audiences/${audience}.graphql`)]),
) as Record<Audience, string>;

let host: Host;
/** The operations that the subgraphs got, in order. */
const operations: string[] = [];
beforeAll(async () => {
  host = await createHost({
    supergraphSdl: read('supergraph.graphql'),
    audienceSchemas: schemas,
    transports: new Map([
      [
        'patrons',
        async ({ operation }) => {
          operations.push(operation);
          const [, key = 'patron'] = /(\w+)\s*:\s*patron\b/.exec(operation) ?? [];
          return { data: { [key]: { id: 'P0000001' } } };
        },
      ],
    ]),
    limits: defaultLimits,
    publicTag: null,
    introspection: Object.assign({}, forAllAudiences(true), { public: false }),
    log: pino({ level: 'silent' }),
  });
});
afterAll(() => host[Symbol.asyncDispose]());

const ask = (audience: Audience | null, query: string, variables = {}) =>
  host.answer({
    parameters: { query, variables },
    method: 'POST',
    caller: { ...anonymous, authenticated: true, audience },
    signal: new AbortController().signal,
    allowance: null,
  });

test('a document of one audience is refused to another, and planned once for all', async () => {
  const query = 'query($id: ID!) { patron(id: $id) { id } }';
  for (const audience of ['reader', 'station', 'staff'] as const) {
    expect(await ask(audience, query, { id: 'P0000001' })).toEqual({ data: { patron: { id: 'P0000001' } } });
    expect(await ask('partner', query, { id: 'P0000001' })).toMatchObject({
      errors: [{ message: 'Cannot query field "patron" on type "Query".' }],
    });
  }
  expect(new Set(operations).size).toBe(1);
  expect(operations).toHaveLength(3);
});

test('a caller without a token is of the public', async () => {
  expect(await ask(anonymous.audience, '{ patron(id: "P0000001") { id } }')).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
});

test('a caller with the rights of several audiences sees the whole graph', async () => {
  expect(await ask(null, '{ patron(id: "P0000001") { id } }')).toEqual({
    data: { patron: { id: 'P0000001' } },
  });
});

test("a literal's expected values are told of what the audience sees alone", async () => {
  const query = '{ patron(id: "P0000001") { holds(state: [NONE]) { id } } }';
  expect(JSON.stringify(await ask('reader', query))).toContain('QUEUED');
  expect(JSON.stringify(await ask('station', query))).not.toContain('QUEUED');
});

test('an audience that may not ask for the schema is told of a type, and not of its values', async () => {
  const query = `mutation { submitApplication(input: { channel: NONE }) { receipt } }`;
  const expectedOf = async (audience: Audience) =>
    (await ask(audience, query)).errors
      ?.map(({ message }) => message)
      .find((text) => text.startsWith('Expected'));
  expect(await expectedOf('public')).toBe('Expected a value of type "ApplicationChannel!" for "channel".');
  expect(await expectedOf('reader')).toMatch(
    /^Expected a value of type "ApplicationChannel!" for "channel": \w+, /,
  );
});

test('a date is checked for every audience', async () => {
  const query = `mutation { submitApplication(input: { applicant: { dateOfBirth: "7 May" } }) { receipt } }`;
  const { errors = [] } = await ask('public', query);
  expect(errors.map(({ message }) => message)).toContain(
    'Expected a value of type "Date!" for "dateOfBirth".',
  );
});

test('an audience whose schema has no mutations is refused each of them, as an error of its request', async () => {
  await using mutationless = await createHost({
    supergraphSdl: read('supergraph.graphql'),
    audienceSchemas: { ...schemas, partner: 'type Query { me: Patron } type Patron { id: ID! }' },
    transports: new Map(),
    limits: defaultLimits,
    publicTag: null,
    introspection: forAllAudiences(false),
    log: pino({ level: 'silent' }),
  });
  for (const query of ['mutation { x }', 'mutation { checkIn(input: {}) { operation { state } } }']) {
    const request = {
      parameters: { query },
      method: 'POST',
      caller: { ...anonymous, authenticated: true, audience: 'partner' as const },
      signal: new AbortController().signal,
      allowance: null,
    };
    expect(await mutationless.answer(request)).toEqual({
      errors: [
        {
          message: 'The mutation operation is not supported by the schema.',
          locations: [{ line: 1, column: 1 }],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
  }
});

test.each([
  ['one audience', '{ me { id } }', []],
  ['several', '{ item(itemNumber: "1") { title } }', []],
  [
    'the graph, but no one audience',
    '{ me { id } patrons { totalCount } }',
    ['No audience sees all that it asks for.'],
  ],
  ['nobody', '{ nothing }', ['Cannot query field "nothing" on type "Query".']],
])('a trusted document for %s', (_whom, text, problems) => {
  expect(host.validate(text)).toEqual(problems);
});
