import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createTestGateway } from './gateway.ts';

const unpack = { zstd: zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync } as const;

const answerOf = (bytes: number) => async () => ({ data: { text: 'library '.repeat(bytes / 8) } });

async function ask(
  bytes: number,
  acceptEncoding: string | undefined,
  options: Parameters<typeof createTestGateway>[0] = {},
) {
  await using app = await createTestGateway({ answer: answerOf(bytes), ...options });
  return await app.inject({
    method: 'GET',
    url: '/graphql?query={text}',
    headers: acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding },
  });
}

// An answer of 4 KiB is compressed as a whole, and an answer of 256 KiB in a stream.
test.each([4, 256])('an answer of %i KiB is compressed as the client asks', async (kib) => {
  for (const encoding of ['zstd', 'br', 'gzip'] as const) {
    const { headers, rawPayload } = await ask(kib * 1024, encoding);
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
    expect(rawPayload.length).toBeLessThan(kib * 100);
    expect(JSON.parse(unpack[encoding](rawPayload).toString())).toEqual(await answerOf(kib * 1024)());
  }
});

test.each([
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.5, gzip', 'gzip'],
  ['*', 'gzip'],
  ['deflate', undefined],
  ['identity', undefined],
  ['br;q=0', undefined],
  [undefined, undefined],
])('Accept-Encoding of %s gets %s', async (acceptEncoding, encoding) => {
  const { statusCode, headers } = await ask(4096, acceptEncoding);
  expect([statusCode, headers['content-encoding']]).toEqual([200, encoding]);
});

test('an answer below 1 KiB is sent as it is', async () => {
  const { headers, json } = await ask(512, 'gzip, br, zstd');
  expect(headers).not.toHaveProperty('content-encoding');
  expect(json()).toEqual(await answerOf(512)());
});

test('Vary names each header once, where the answer is compressed, CORS is on and caches may keep it', async () => {
  const { headers } = await ask(4096, 'br', {
    corsOrigins: ['https://www.library.example'],
    publicMaxAgeSeconds: 10,
  });
  expect(headers.vary).toBe('accept, accept-encoding, accept-language, origin, authorization');
});

test('a compressed body of a request is not decompressed: a small one could become a large one', async () => {
  await using app = await createTestGateway();
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: Buffer.from('1f8b08', 'hex'),
  });
  expect(statusCode).toBe(400);
});
