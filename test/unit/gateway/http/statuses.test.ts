/** The HTTP status for each kind of result (decision 4). */
import { expect, test } from 'vitest';
import type { GraphQLResult } from '../../../../gateway/engine/request.ts';
import { createTestGateway } from './gateway.ts';

const rejected = (code: string): GraphQLResult => ({ errors: [{ message: 'No.', extensions: { code } }] });

test.each<[string, GraphQLResult, string | undefined, number, string | undefined]>([
  ['executed', { data: { a: 1 } }, undefined, 200, undefined],
  [
    'executed, with an error of that code',
    { data: null, ...rejected('UNAVAILABLE') },
    undefined,
    200,
    undefined,
  ],
  ['request error', rejected('BAD_USER_INPUT'), undefined, 400, undefined],
  ['request error, to a legacy client', rejected('BAD_USER_INPUT'), 'application/json', 200, undefined],
  ['overload', rejected('UNAVAILABLE'), undefined, 503, '1'],
  ['overload, to a legacy client', rejected('UNAVAILABLE'), 'application/json', 503, '1'],
  ['overload, in the new media type', rejected('UNAVAILABLE'), 'application/graphql-response+json', 503, '1'],
])('%s', async (_what, result, accept, status, retryAfter) => {
  const app = await createTestGateway({ answer: async () => result });
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
