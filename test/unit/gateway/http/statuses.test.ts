/** Which status a result is answered with (decision 4). */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { GraphQLResult } from '../../../../gateway/engine/request.ts';
import { createGateway } from '../../../../gateway/http/server.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const refused = (code: string): GraphQLResult => ({ errors: [{ message: 'No.', extensions: { code } }] });

test.each<[string, GraphQLResult, string | undefined, number, string | undefined]>([
  ['executed', { data: { a: 1 } }, undefined, 200, undefined],
  [
    'executed, with an error of that code',
    { data: null, ...refused('UNAVAILABLE') },
    undefined,
    200,
    undefined,
  ],
  ['wrong', refused('BAD_USER_INPUT'), undefined, 400, undefined],
  ['wrong, to a client of old', refused('BAD_USER_INPUT'), 'application/json', 200, undefined],
  ['no room', refused('UNAVAILABLE'), undefined, 503, '1'],
  ['no room, to a client of old', refused('UNAVAILABLE'), 'application/json', 503, '1'],
  ['no room, in the new media type', refused('UNAVAILABLE'), 'application/graphql-response+json', 503, '1'],
])('%s', async (_what, result, accept, status, retryAfter) => {
  const app = await createGateway({
    answer: async () => result,
    limits: defaultLimits,
    issuer: null,
    forwardedHeaders: [],
    parts: () => [],
    ide: null,
    log: pino({ level: 'silent' }),
  });
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...(accept !== undefined && { accept }) },
    body: { query: '{ a }' },
  });
  expect([response.statusCode, response.headers['retry-after']]).toEqual([status, retryAfter]);
  expect(response.json()).toEqual(result);
  await app.close();
});
