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

test('nobody chooses their address where no proxy is trusted', async () => {
  const app = await createTestGateway({ answer, rates: rates() });
  const from = (address: string) => app.inject({ ...ask, headers: { 'x-forwarded-for': address } });
  await from('192.0.2.1');
  await from('192.0.2.2');
  expect((await from('192.0.2.3')).statusCode).toBe(429);
});
