/** An operator finds out from the log, and a client from the answer, why a subgraph's response can't be used. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawGraph, startRawGraph } from './raw-graph.ts';
import type { RawAnswer } from './raw-subgraph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { text: String }`;

let graph: RawGraph<'books'>;
beforeAll(async () => {
  graph = await startRawGraph({ books: sdl }, {}, {}, { maxSubgraphBytes: 2000 });
});
afterAll(() => graph[Symbol.asyncDispose]());

/**
 * Lets the subgraph answer a query with `answer`. Resolves to the gateway's answer, and to the first line about the
 * subgraph in the log.
 */
async function fail(answer: RawAnswer) {
  graph.subgraphs.books.answer = () => answer;
  graph.gateway.log.length = 0;
  const { body } = await graph.gateway.ask('{ text }');
  const line = graph.gateway.log.find((text) => text.includes('no answer from books')) ?? '{}';
  return { body, line: JSON.parse(line) as { reason?: string; response?: object; cause?: object } };
}

const html = { 'content-type': 'text/html; charset=utf-8' };
const unavailable = 'SUBGRAPH_UNAVAILABLE';
const invalid = 'SUBGRAPH_INVALID_RESPONSE';

test.each<[string, RawAnswer, string, string, object]>([
  [
    'a 401 is a refusal',
    { status: 401, headers: html, body: '<h1>Who are you?</h1>' },
    'refused the request',
    unavailable,
    { reason: 'refused', response: { status: 401, mediaType: 'text/html', bytes: 21 } },
  ],
  [
    'a 403 without a body is a refusal',
    { status: 403, headers: {} },
    'refused the request',
    unavailable,
    { reason: 'refused', response: { status: 403, bytes: 0 } },
  ],
  [
    'a 429 is a refusal',
    { status: 429, headers: { 'content-type': 'application/problem+json' }, body: '{"title":"Slowly"}' },
    'refused the request',
    unavailable,
    { reason: 'refused', response: { status: 429, mediaType: 'application/problem+json', bytes: 18 } },
  ],
  [
    'a 502 of a proxy is an error of the server',
    { status: 502, headers: html, body: '<h1>Bad gateway</h1>' },
    'answered with a server error',
    unavailable,
    { reason: 'failed', response: { status: 502, mediaType: 'text/html', bytes: 20 } },
  ],
  [
    'a redirect of a path, which is not followed',
    { status: 307, headers: { location: '/graphql/?token=secret' } },
    'redirected the request',
    invalid,
    {
      reason: 'redirected',
      response: {
        status: 307,
        bytes: 0,
        location: expect.stringMatching(/^http:\/\/127.0.0.1:\d+\/graphql\/$/),
      },
    },
  ],
  [
    'a redirect to another origin',
    { status: 301, headers: { ...html, location: 'https://me:secret@books.example.org/x#y' } },
    'redirected the request',
    invalid,
    {
      reason: 'redirected',
      response: { status: 301, mediaType: 'text/html', bytes: 0, location: 'https://books.example.org/x' },
    },
  ],
  [
    'a redirect to what is no page',
    { status: 302, headers: { location: 'data:text/plain,secret' } },
    'redirected the request',
    invalid,
    { reason: 'redirected', response: { status: 302, bytes: 0 } },
  ],
  [
    'a redirect to nowhere',
    { status: 304, headers: {} },
    'redirected the request',
    invalid,
    { reason: 'redirected', response: { status: 304, bytes: 0 } },
  ],
  [
    'a request that came while the process of the subgraph was frozen',
    { status: 408, headers: {} },
    'refused the request',
    unavailable,
    { reason: 'refused', response: { status: 408, bytes: 0 } },
  ],
  [
    'a page instead of an endpoint',
    { headers: html, body: '<h1>GraphiQL</h1>' },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 200, mediaType: 'text/html', bytes: 17 } },
  ],
  [
    'a 404',
    { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 404, mediaType: 'text/plain', bytes: 9 } },
  ],
  [
    'JSON that is no response',
    { body: '{"message":"Hello"}' },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 200, mediaType: 'application/json', bytes: 19 } },
  ],
  [
    'JSON in another encoding than UTF-8, in which several texts would be one',
    { body: Buffer.from('{"data":{"text":"M\u00fcller"}}', 'latin1') },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 200, mediaType: 'application/json', bytes: 26 } },
  ],
  [
    'errors that are none of GraphQL',
    { status: 503, body: '{"errors":[{"title":"Slowly"}]}' },
    'answered with a server error',
    unavailable,
    { reason: 'failed', response: { status: 503, mediaType: 'application/json', bytes: 31 } },
  ],
  [
    'no data and no error',
    { body: '{"data":null,"errors":[]}' },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 200, mediaType: 'application/json', bytes: 25 } },
  ],
  [
    'no data and an error of another form',
    { status: 403, body: '{"errors":[{"title":"No"}]}' },
    'refused the request',
    unavailable,
    { reason: 'refused', response: { status: 403, mediaType: 'application/json', bytes: 27 } },
  ],
  [
    'a media type that is none',
    { headers: { 'content-type': 'secret' }, body: '' },
    'gave an answer that is not a GraphQL response',
    invalid,
    { reason: 'notGraphql', response: { status: 200, bytes: 0 } },
  ],
  [
    'too many bytes',
    { body: ['x'.repeat(1500), 'x'.repeat(1500)], end: 'never' },
    'gave an answer that is too large',
    invalid,
    {
      reason: 'tooLarge',
      response: { status: 200, mediaType: 'application/json', bytes: expect.any(Number) },
    },
  ],
  [
    'an answer that is broken off',
    {
      headers: { 'content-type': 'application/json', 'content-length': 100 },
      body: '{"data":',
      end: 'destroy',
    },
    'broke off its answer',
    unavailable,
    { reason: 'brokenOff', response: { status: 200, mediaType: 'application/json', bytes: 8 } },
  ],
])('%s', async (_what, answer, says, code, logged) => {
  const { body, line } = await fail(answer);
  expect(body).toEqual({
    data: { text: null },
    errors: [
      {
        message: `The subgraph books ${says}.`,
        path: ['text'],
        extensions: { code, service: 'books' },
      },
    ],
  });
  const { reason, response } = line;
  expect({ reason, response }).toEqual(logged);
  expect(JSON.stringify(line)).not.toContain('secret');
});

test('the log names the cause where an answer is broken off', async () => {
  const { line } = await fail({ headers: { 'content-length': 100 }, body: 'x', end: 'destroy' });
  expect(line.cause).toMatchObject({ name: 'SocketError', code: 'UND_ERR_SOCKET' });
});

test('a subgraph that nobody can connect to has no response', async () => {
  await using gone = await startRawGraph({ books: sdl });
  await gone.subgraphs.books[Symbol.asyncDispose]();
  expect((await gone.gateway.ask('{ text }')).body.errors).toMatchObject([
    { message: "The subgraph books can't be reached.", extensions: { code: unavailable } },
  ]);
  const line = gone.gateway.log.find((text) => text.includes('no answer from books')) ?? '';
  expect(line).toContain('ECONNREFUSED');
  expect(line).not.toContain('"response"');
});

test.each([401, 429])('a subgraph that answers %i is up, since it was reached', async (status) => {
  await using refusing = await startRawGraph({ books: sdl });
  refusing.subgraphs.books.answer = () => ({ status, headers: html, body: '<h1>No</h1>' });
  const health = await fetch(new URL('/health/dependencies', refusing.gateway.url));
  expect(await health.json()).toEqual({ dependencies: { 'books subgraph': 'up' } });
});
