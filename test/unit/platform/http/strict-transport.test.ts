import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addStrictTransport } from '../../../../platform/http/strict-transport.ts';

const trusting = fastify({ trustProxy: ['127.0.0.1'] });
const trustingNobody = fastify({ trustProxy: [] });
afterAll(() => Promise.all([trusting.close(), trustingNobody.close()]));

const urls = new Map<object, string>();
beforeAll(async () => {
  for (const app of [trusting, trustingNobody]) {
    addStrictTransport(app);
    app.get('/', () => 'ok');
    urls.set(app, await app.listen({ host: '127.0.0.1', port: 0 }));
  }
});

test.each([
  ['is told behind a trusted proxy that serves TLS', trusting, 'https', 'max-age=31536000'],
  ['isn’t told behind a trusted proxy that doesn’t', trusting, 'http', null],
  ['isn’t told where anybody could have sent the header', trustingNobody, 'https', null],
])('a browser %s to use only https', async (_, app, protocol, told) => {
  const { headers } = await fetch(urls.get(app) ?? '', { headers: { 'x-forwarded-proto': protocol } });
  expect(headers.get('strict-transport-security')).toBe(told);
});
