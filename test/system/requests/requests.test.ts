import { serverAudits } from 'graphql-http';
import { describe, expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { showsWholeGraph: true });

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const get = (query: string, parameters: Record<string, string> = {}) =>
  fetch(`${system.url}/graphql?${new URLSearchParams({ query, ...parameters })}`);

/** An invented text that is easy to find. The test searches every output for it. */
const marked = 'Z683365(5)';

test('no answer may be cached except those of the catalogue, and none may be sniffed', async () => {
  const token = await system.token({ patronId: 'P0000001' });
  const answers = [
    await post('{"query":"{ me { name { english } } }"}', { authorization: `Bearer ${token}` }),
    await post('{"query":"{ me { id } }"}'),
    await post('{"query":"{ me {"}'),
    await post('no JSON'),
    await post('{"query":"{ __typename }"}', { authorization: 'Bearer none' }),
    await get('{ items(title: "Walden") { title } }'),
    await get('{ me { id } }'),
    await fetch(`${system.url}/graphql`, { method: 'DELETE' }),
    await post(JSON.stringify({ query: ' '.repeat(1024 * 1024) })),
    await fetch(`${system.url}/health/live`),
    await fetch(`${system.url}/health/ready`),
    await fetch(`${system.url}/nowhere`),
    await fetch(`${system.url}/%zz`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([
    200, 200, 400, 400, 401, 200, 405, 405, 413, 200, 200, 404, 400,
  ]);
  for (const { url, headers } of answers) {
    expect([url, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      url,
      url.includes('items') ? 'public, max-age=10' : 'no-store',
      'nosniff',
    ]);
  }
});

describe('bad input gets a clear error and the right status', () => {
  test.each<[string, string, number, string, RegExp]>([
    ['a malformed document', '{"query":"{ me {"}', 400, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    [
      'an unknown field',
      '{"query":"{ me { age } }"}',
      400,
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "age"/,
    ],
    [
      'a wrong variable',
      '{"query":"query($n: Int!) { patrons(first: $n) { totalCount } }","variables":{"n":"ten"}}',
      400,
      'BAD_USER_INPUT',
      /^Variable "\$n" must be an Int!\.$/,
    ],
    [
      'a missing variable',
      '{"query":"query($id: ID!) { patron(id: $id) { id } }"}',
      400,
      'BAD_USER_INPUT',
      /\$id/,
    ],
    [
      'no such operation',
      '{"query":"query A { __typename }","operationName":"B"}',
      400,
      'BAD_USER_INPUT',
      /operation/,
    ],
    ['no query', '{}', 400, 'BAD_REQUEST', /`query` must be a string/],
    ['a batch', '[{"query":"{ __typename }"}]', 400, 'BAD_REQUEST', /object/],
    ['no JSON', '{ me', 400, 'BAD_REQUEST', /JSON/],
    [
      'a body of 1 MiB',
      JSON.stringify({ query: ' '.repeat(1024 * 1024) }),
      413,
      'PAYLOAD_TOO_LARGE',
      /too large/,
    ],
    [
      'too many tokens',
      JSON.stringify({ query: `{${' a'.repeat(6000)}}` }),
      400,
      'GRAPHQL_PARSE_FAILED',
      /tokens/,
    ],
  ])('%s', async (_what, body, status, code, message) => {
    const response = await post(body);
    const answer = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
    expect(response.status).toBe(status);
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors[0]?.extensions.code).toBe(code);
    expect(answer.errors[0]?.message).toMatch(message);
  });

  test('another content type is 415, another method 405', async () => {
    expect((await post('query=x', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await fetch(`${system.url}/graphql`, { method: 'DELETE' })).status).toBe(405);
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await fetch(`${system.url}/A123456(3)%zz`)).status).toBe(400);
    expect((await fetch(`${system.url}/nowhere`)).status).toBe(404);
  });

  test('an unknown patron is null', async () => {
    const token = await system.token({ scope: 'patrons:read' });
    for (const id of ['P9999999', 'nobody', '', "'; DROP TABLE"]) {
      const query = 'query($id: ID!) { patron(id: $id) { id } }';
      const { status, body } = await system.ask(query, { token, variables: { id } });
      expect(status).toBe(200);
      expect(body).toEqual({ data: { patron: null } });
    }
  });

  test.each([
    ['{ patrons(first: 0) { totalCount } }', '`first`'],
    ['{ patrons(first: 101) { totalCount } }', '`first`'],
    ['{ patrons(after: "!") { totalCount } }', '`after`'],
    ['{ items(title: "x") { title } }', '`title`'],
  ])('%s is out of bounds', async (query, says) => {
    const token = await system.token({ scope: 'patrons:read' });
    const { body } = await system.ask(query, { token });
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).toContain(says);
  });
});

describe('R30: no value of a person is in an answer or a log', () => {
  const byCard = 'query($p: SmartIdPresented!) { smartId(presented: $p) { status } }';
  const presented = (identityNumber: string, dateOfIssue: string) =>
    `{ smartId(presented: { identityNumber: "${identityNumber}", dateOfIssue: "${dateOfIssue}" }) { status } }`;
  test.each<[string, string, object?]>([
    ['a variable that is no date', byCard, { p: { identityNumber: marked, dateOfIssue: '2019-02-30' } }],
    ['a variable of the wrong shape', byCard, { p: marked }],
    ['a key that is no field', byCard, { p: { [marked]: 1 } }],
    ['a literal of the wrong type', `{ patrons(first: "${marked}") { totalCount } }`],
    ['a literal that is no date', presented('A', marked)],
    ['a literal that is no enum value', `{ patrons(search: { status: "${marked}" }) { totalCount } }`],
    ['a syntax error at a string', `{ smartId "${marked}" }`],
    ['a wrong check digit', presented(marked, '2019-02-20')],
    ['an id that is no number', `{ patron(id: "${marked}") { id } }`],
  ])('%s', async (_what, query, variables) => {
    const token = await system.token({ scope: 'patrons:read credentials:read' });
    const answer = JSON.stringify(await system.ask(query, { token, ...(variables && { variables }) }));
    expect(answer).not.toContain(marked);
    expect(answer).not.toMatch(/stack|node_modules|\.ts:|soap|SOAP|PRS|CMS|CIRC|E10\d\d/);
  });

  test('nor is one in the log after a refused GET', async () => {
    await get(presented(marked, '2019-02-20'));
    expect(system.log.join('')).not.toContain('683365');
  });

  test('nor is one in the log after all these requests', () => {
    expect(system.log.length).toBeGreaterThan(0);
    expect(system.log.join('')).not.toContain('683365');
  });
});

describe('GET serves the catalogue alone', () => {
  test.each([
    '{ item(itemNumber: "31852000000015") { title author state } }',
    '{ items(title: "Walden", first: 1) { title } }',
    'query A { ...F } fragment F on Query { items(title: "Walden") { title } }',
  ])('%s', async (query) => {
    const response = await get(query);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty('errors');
  });

  test.each([
    '{ me { id } }',
    '{ items(title: "Walden") { title } me { id } }',
    'query A { ...F } fragment F on Query { patron(id: "P0000001") { id } }',
  ])('%s is refused', async (query) => {
    const response = await get(query);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
  });

  test('variables are JSON', async () => {
    const query = 'query($t: String!) { items(title: $t, first: 1) { title } }';
    expect((await get(query, { variables: '{"t":"Walden"}' })).status).toBe(200);
    expect((await get(query, { variables: '{"t":' })).status).toBe(400);
  });
});

describe('GraphQL over HTTP, by the audit of graphql-http', () => {
  const audits = serverAudits({ url: () => `${system.url}/graphql`, fetchFn: fetch });
  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status, 'reason' in result ? String(result.reason) : '').toBe('ok');
  });
});
