/**
 * Subgraphs, or proxies in front of them, may compress an answer with any coding of HTTP, even if the gateway did not
 * ask for it.
 */
import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultTransportSettings } from '../../../gateway/transport/foreign/settings.ts';
import { type RawGraph, startRawGraph } from './raw-graph.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { text: String other: String }`;

const maxSubgraphBytes = 512 * 1024;
let graph: RawGraph<'books'>;
beforeAll(async () => {
  graph = await startRawGraph({ books: sdl }, { REQUEST_TIMEOUT_MS: '3000' }, {}, { maxSubgraphBytes });
});
afterAll(() => graph[Symbol.asyncDispose]());

const codings: readonly (readonly [string, (body: Buffer) => Buffer])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZip', gzipSync],
  ['deflate', deflateSync],
  // This body has no header of zlib, although RFC 9110 requires the header.
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['identity', (body) => body],
];

const bodyOf = (text: string): Buffer => Buffer.from(JSON.stringify({ data: { text } }));
const headersOf = (coding: string) => ({ 'content-type': 'application/json', 'content-encoding': coding });
/** The body in pieces, as a network may split it. */
const piecesOf = (body: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.subarray(i * size, (i + 1) * size));

describe.each(codings)('%s', (coding, compress) => {
  test.each([
    ['short', 'A title', 7],
    ['long', 'A title. '.repeat(20_000), 1000],
    // The text is random, so that it stays long when it is compressed.
    ['long when compressed', randomBytes(150_000).toString('hex'), 30_000],
  ])('an answer that is %s', async (_what, text, size) => {
    const body = compress(bodyOf(text));
    for (const chunks of [[body], piecesOf(body, size)]) {
      graph.subgraphs.books.answer = () => ({ headers: headersOf(coding), body: chunks });
      expect((await graph.gateway.ask('{ text }')).body).toEqual({ data: { text } });
    }
  });
});

test.each([401, 500])('with the status %i', async (status) => {
  const body = gzipSync(JSON.stringify({ errors: [{ message: 'Who are you?' }] }));
  graph.subgraphs.books.answer = () => ({ status, headers: headersOf('gzip'), body });
  expect((await graph.gateway.ask('{ text }')).body.errors?.[0]?.message).toBe('Who are you?');
});

describe('a body that is not what its Content-Encoding says is no answer', () => {
  const good = gzipSync(bodyOf(randomBytes(150_000).toString('hex')));
  test.each<[string, string, Buffer]>([
    ['cut off', 'gzip', good.subarray(0, 100)],
    ['cut off where it is long', 'gzip', good.subarray(0, -100)],
    ['wrong in the middle', 'gzip', Buffer.concat([good.subarray(0, 100_000), Buffer.alloc(100_000)])],
    ['not compressed', 'gzip', bodyOf('A title')],
    ['empty', 'zstd', Buffer.alloc(0)],
    ['compressed in a way that nobody knows', 'compress', good],
    ['compressed twice', 'gzip, br', brotliCompressSync(gzipSync(bodyOf('A title')))],
  ])('%s', async (_what, coding, body) => {
    graph.subgraphs.books.answer = () => ({ headers: headersOf(coding), body });
    const { errors } = (await graph.gateway.ask('{ text }')).body;
    expect(errors).toMatchObject([
      {
        message: 'The subgraph books gave an answer that is not a GraphQL response.',
        extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
      },
    ]);
    expect(graph.gateway.log.at(-2)).toContain(`"contentEncoding":"${coding}"`);
  });
});

test.each([
  // No block of deflate begins with these bits.
  ['malformed', gzipSync(bodyOf('A title')).subarray(0, 10), 0xff],
  ['complete', gzipSync(bodyOf('A title')), 0x78],
])('a body that never ends keeps no connection if its compressed data is %s', async (_what, start, rest) => {
  graph.subgraphs.books.answer = ({ query }) =>
    query.includes('other')
      ? '{"data":{"other":"B"}}'
      : { headers: headersOf('gzip'), body: [start, Buffer.alloc(100_000, rest)], end: 'never' };
  await Promise.all(
    Array.from({ length: defaultTransportSettings.connections }, () => graph.gateway.ask('{ text }')),
  );
  expect((await graph.gateway.ask('{ other }')).body).toEqual({ data: { other: 'B' } });
});

describe('a bomb, which is large only when it is decoded', () => {
  const tooLarge = {
    message: 'The subgraph books gave an answer that is too large.',
    extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
  };

  test.each(codings.slice(0, -1))('of %s', async (coding, compress) => {
    const bomb = compress(bodyOf(' '.repeat(2 * maxSubgraphBytes)));
    expect(bomb.length).toBeLessThan(5000);
    graph.subgraphs.books.answer = () => ({ headers: headersOf(coding), body: bomb });
    expect((await graph.gateway.ask('{ text }')).body.errors).toMatchObject([tooLarge]);
  });

  test('is not read to its end', async () => {
    // The decoded body is 200 times as large as the limit, and the subgraph never ends it. A gateway that reads to the
    // end would wait until its deadline.
    const bomb = gzipSync(Buffer.alloc(200 * maxSubgraphBytes, ' '));
    expect(bomb.length).toBeLessThan(maxSubgraphBytes);
    graph.subgraphs.books.answer = () => ({ headers: headersOf('gzip'), body: bomb, end: 'never' });
    expect((await graph.gateway.ask('{ text }')).body.errors).toMatchObject([tooLarge]);
  });
});

test('an answer that is decoded while the deadline passes is a timeout', async () => {
  const body = gzipSync(bodyOf(randomBytes(150_000).toString('hex')));
  graph.subgraphs.books.answer = () => ({
    headers: headersOf('gzip'),
    body: body.subarray(0, 100_000),
    end: 'never',
  });
  expect((await graph.gateway.ask('{ text }')).body.errors).toMatchObject([
    { extensions: { code: 'SUBGRAPH_TIMEOUT' } },
  ]);
});

describe('a compressed answer is asked for', () => {
  const acceptedOf = async (acceptCompressed: boolean): Promise<string | undefined> => {
    await using asking = await startRawGraph({ books: sdl }, {}, { all: { acceptCompressed } });
    await asking.gateway.ask('{ text }');
    return asking.subgraphs.books.requests[0]?.headers['accept-encoding'];
  };

  test('by default not: on a fast network it would cost more than it saves', async () => {
    expect(await acceptedOf(false)).toBeUndefined();
  });

  test('with acceptCompressed', async () => {
    expect(await acceptedOf(true)).toBe('zstd, gzip, deflate, br');
  });
});
