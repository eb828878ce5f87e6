import { expect, test } from 'vitest';
import { createBudgets, createRateLimiter } from '../../../../gateway/access/rates/rate-limiter.ts';
import { rateLimited } from '../../../../gateway/engine/request.ts';
import type { GatewayOptions } from '../../../../gateway/http/server.ts';
import { defaultRates } from '../../../../gateway/rates.ts';
import { createTestGateway } from './gateway.ts';

/** Allows two requests of cost 10, and then one a second. */
const rates = () =>
  createRateLimiter(
    createBudgets({ ...defaultRates, anonymous: { unitsPerSecond: 10, burst: 20 } }, () => 0),
    1000,
  );

/** Answers as the engine does. The cost of each operation is 10. */
const answer: GatewayOptions['answer'] = async ({ allowance }) => {
  const wait = allowance?.admit({ kind: 'query', callClass: 'reader', cost: 10, isNew: false }) ?? 0;
  return wait > 0 ? rateLimited(wait) : { data: { a: 1 } };
};

const ask = { method: 'POST', url: '/graphql', payload: { query: '{ a }' } } as const;

test('an operation beyond the budget is a 429, which says when to try again', async () => {
  const app = await createTestGateway({ answer, rates: rates() });
  expect((await app.inject(ask)).statusCode).toBe(200);
  expect((await app.inject(ask)).statusCode).toBe(200);
  const refused = await app.inject(ask);
  expect(refused.statusCode).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.json()).toEqual({
    errors: [
      {
        message: 'Too much was asked for: try again in 1 s.',
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
      },
    ],
  });
});

test('requests that come to nothing use the budget up', async () => {
  const invalid: GatewayOptions['answer'] = async () => ({ errors: [{ message: 'no' } as never] });
  const app = await createTestGateway({ answer: invalid, rates: rates() });
  const statuses = [];
  for (let times = 0; times < 4; times++) {
    statuses.push((await app.inject(ask)).statusCode);
  }
  expect(statuses).toEqual([400, 400, 429, 429]);
});

test('a wrong token is charged to the address it comes from', async () => {
  const { BearerError } = await import('../../../../gateway/access/bearer-error.ts');
  const issuers = { authenticate: () => Promise.reject(new BearerError(401, 'The token is not valid.')) };
  const app = await createTestGateway({ answer, issuers, rates: rates() });
  const statuses = [];
  for (let times = 0; times < 4; times++) {
    statuses.push((await app.inject(ask)).statusCode);
  }
  expect(statuses).toEqual([401, 401, 429, 429]);
});

test('behind a proxy each client has its own budget', async () => {
  const app = await createTestGateway({ answer, rates: rates(), trustedProxies: ['127.0.0.1'] });
  const from = (address: string) => app.inject({ ...ask, headers: { 'x-forwarded-for': address } });
  await from('192.0.2.1');
  await from('192.0.2.1');
  expect((await from('192.0.2.1')).statusCode).toBe(429);
  expect((await from('192.0.2.2')).statusCode).toBe(200);
});

test.each([
  ['with ports', ['203.0.113.90:1024', '203.0.113.90:1025', '203.0.113.90']],
  ['in brackets', ['[2001:db8::1]:1024', '[2001:db8::1]', '2001:db8::1']],
  ['mapped to IPv6', ['::ffff:203.0.113.90', '::ffff:cb00:715a', '203.0.113.90']],
  ['that are none, which count as the proxy', ['unknown', 'garbage1', '198.51.100.1, garbage2']],
])('a client can not have the budgets of many callers by addresses %s', async (_, addresses) => {
  const app = await createTestGateway({ answer, rates: rates(), trustedProxies: ['127.0.0.1'] });
  const statuses = [];
  for (const address of addresses) {
    statuses.push((await app.inject({ ...ask, headers: { 'x-forwarded-for': address } })).statusCode);
  }
  expect(statuses).toEqual([200, 200, 429]);
});

test('a home with many networks has the budget of two', async () => {
  const app = await createTestGateway({ answer, rates: rates(), trustedProxies: ['127.0.0.1'] });
  const from = async (subnet: string) =>
    (await app.inject({ ...ask, headers: { 'x-forwarded-for': `2001:db8:1:${subnet}::1` } })).statusCode;
  const statuses: number[] = [];
  for (const subnet of ['101', '102', '103', '104', '105']) {
    statuses.push(await from(subnet));
  }
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  expect(await from('201')).toBe(200);
});

test('nobody chooses their address where no proxy is trusted', async () => {
  const app = await createTestGateway({ answer, rates: rates() });
  const from = (address: string) => app.inject({ ...ask, headers: { 'x-forwarded-for': address } });
  await from('192.0.2.1');
  await from('192.0.2.2');
  expect((await from('192.0.2.3')).statusCode).toBe(429);
});
