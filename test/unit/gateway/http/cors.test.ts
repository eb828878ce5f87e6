/**
 * The requests that `CORS_ORIGINS` allows to pages of other origins. test/system/browsers tests the same in a real
 * browser.
 */
import { describe, expect, test } from 'vitest';
import { BearerError } from '../../../../gateway/access/bearer-error.ts';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { createTestGateway } from './gateway.ts';

const listed = 'https://www.library.example';
const corsOrigins = ['https://m.library.example:8443', listed];
const query = { query: '{ a }' };

function preflight(origin: string, requested: string) {
  return {
    method: 'OPTIONS',
    url: '/graphql',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': requested,
    },
  } as const;
}

test('the preflight of a listed origin is answered for two hours, with what it asks for', async () => {
  await using app = await createTestGateway({ corsOrigins });
  const { statusCode, headers, body } = await app.inject(preflight(listed, 'authorization,content-type'));
  expect([statusCode, body]).toEqual([204, '']);
  expect(headers).toMatchObject({
    'access-control-allow-origin': listed,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization,content-type',
    'access-control-max-age': '7200',
    vary: 'Origin, Access-Control-Request-Headers',
  });
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
});

test.each([
  'https://evil.example',
  'http://www.library.example',
  'https://www.library.example:444',
  'https://www.library.example.evil.example',
  'https://evil-www.library.example',
  'HTTPS://WWW.LIBRARY.EXAMPLE',
  'https://www.library.example/',
  'null',
])('the origin %s is not listed, and is not allowed', async (origin) => {
  await using app = await createTestGateway({ corsOrigins });
  for (const request of [
    preflight(origin, 'content-type'),
    { method: 'POST', url: '/graphql', headers: { origin }, body: query } as const,
  ]) {
    const { headers } = await app.inject(request);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    // Without this header, a cache could give the same answer to a listed origin.
    expect(headers.vary).toContain('Origin');
  }
});

test('a listed origin reads every answer, and in it Retry-After and the id of the request', async () => {
  await using app = await createTestGateway({
    corsOrigins,
    issuers: {
      async authenticate(header) {
        if (header !== undefined) {
          throw new BearerError(401, 'No.');
        }
        return anonymous;
      },
    },
    answer: async ({ parameters }) =>
      parameters.query === 'overload'
        ? { errors: [{ message: 'Later.', extensions: { code: 'UNAVAILABLE' } }] }
        : { data: { a: 1 } },
  });
  const send = { method: 'POST', url: '/graphql' } as const;
  const json = { 'content-type': 'application/json' };
  const answers = [
    await app.inject({ ...send, headers: { origin: listed }, body: query }),
    await app.inject({ ...send, headers: { origin: listed }, body: { query: 'overload' } }),
    await app.inject({ ...send, headers: { origin: listed, ...json }, body: 'no JSON' }),
    await app.inject({ ...send, headers: { origin: listed, authorization: 'Bearer x' }, body: query }),
    await app.inject({ ...send, headers: { origin: listed, ...json }, body: ' '.repeat(1024 * 1024) }),
    await app.inject({ ...send, headers: { origin: listed, accept: 'text/html' }, body: query }),
    await app.inject({ url: '/graphql', method: 'DELETE', headers: { origin: listed } }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 503, 400, 401, 413, 406, 405]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'access-control-allow-origin': listed,
      'access-control-expose-headers': 'Retry-After, x-request-id',
    });
  }
});

test('only /graphql may be called from elsewhere', async () => {
  await using app = await createTestGateway({ corsOrigins });
  const { headers } = await app.inject({ url: '/health/ready', headers: { origin: listed } });
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

test('without CORS_ORIGINS no origin is allowed, and OPTIONS is no method of ours', async () => {
  await using app = await createTestGateway();
  const { statusCode, headers } = await app.inject(preflight(listed, 'content-type'));
  expect(statusCode).toBe(405);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(headers).not.toHaveProperty('vary');
});

describe('what a browser sends without a preflight is never executed', () => {
  test.each([
    ['text/plain', JSON.stringify(query)],
    ['text/plain; charset=utf-8', JSON.stringify(query)],
    ['text/plain; application/json', JSON.stringify(query)],
    ['application/x-www-form-urlencoded', 'query={a}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="query"\r\n\r\n{a}\r\n--x--',
    ],
    [undefined, JSON.stringify(query)],
  ])('a POST of %s', async (contentType, body) => {
    let executed = 0;
    await using app = await createTestGateway({
      corsOrigins,
      answer: async () => {
        executed++;
        return { data: { a: 1 } };
      },
    });
    const { statusCode, json } = await app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { origin: listed, ...(contentType !== undefined && { 'content-type': contentType }) },
      body: Buffer.from(body),
    });
    expect([statusCode, json().errors[0].extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(executed).toBe(0);
  });
});
