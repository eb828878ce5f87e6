import { expect, test } from 'vitest';
import { BearerError } from '../../../../gateway/access/bearer-error.ts';
import { rateLimited } from '../../../../gateway/engine/request.ts';
import type { GatewayOptions } from '../../../../gateway/http/server.ts';
import { createTestGateway } from './gateway.ts';

type Answer = Awaited<ReturnType<GatewayOptions['answer']>>;

/** The answer to one request in a language: its message and its `Content-Language`. */
async function answerIn(language: string, result: Answer, more: Partial<GatewayOptions> = {}) {
  const app = await createTestGateway({ answer: async () => result, ...more });
  const { headers, body } = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'accept-language': language },
    payload: { query: '{ a }' },
  });
  const [error] = JSON.parse(body).errors ?? [];
  return { message: error?.message, language: headers['content-language'] };
}

const errorOf = (code: string, more: object = {}): Answer => ({
  data: null,
  errors: [{ message: 'English.', extensions: { code }, ...more }],
});

test('an answer names the language that was chosen for it', async () => {
  expect(await answerIn('zh-HK', { data: { a: 1 } })).toMatchObject({ language: 'zh-Hant' });
  expect(await answerIn('fr', { data: { a: 1 } })).toMatchObject({ language: 'en' });
});

test.each([
  ['a spent budget', rateLimited(5000), '要求過多：請於 5 秒後再試。'],
  ['a subgraph that does not answer', errorOf('SUBGRAPH_TIMEOUT'), '系統的一部分未能及時回應：請稍後再試。'],
])('%s is told in the caller’s language', async (_, result, chinese) => {
  expect(await answerIn('zh', result)).toEqual({ message: chinese, language: 'zh-Hant' });
  expect((await answerIn('en', result)).message).toMatch(/^[A-Z]/);
});

test('an expired token is told in the caller’s language', async () => {
  const issuers = { authenticate: () => Promise.reject(new BearerError(401, 'The token has expired.')) };
  const chinese = { message: '登入憑證無效或已過期：請重新登入。', language: 'zh-Hant' };
  expect(await answerIn('zh', { data: null }, { issuers })).toEqual(chinese);
  const english = { message: 'The token has expired.', language: 'en' };
  expect(await answerIn('en', { data: null }, { issuers })).toEqual(english);
});

test.each([
  ['a subgraph’s message', { code: 'RATE_LIMITED', service: 'credentials' }, undefined],
  ['the right that a field requires', { code: 'UNAUTHENTICATED' }, ['me']],
])('%s stays as it is, because it is in the language already', async (_, extensions, path) => {
  const result = { data: null, errors: [{ message: '請先登入。', extensions, path }] } as Answer;
  expect(await answerIn('zh', result)).toEqual({ message: '請先登入。', language: 'zh-Hant' });
});

test.each([
  ['alone', { data: { a: null } }, 'en'],
  ['beside data', { data: { a: null, b: 1 } }, 'zh-Hant'],
])('a subgraph’s error for a developer, %s', async (_, result, language) => {
  const { errors } = errorOf('BAD_USER_INPUT', { path: ['a'] });
  expect(await answerIn('zh', { ...result, errors } as Answer)).toEqual({ message: 'English.', language });
});

test('an invalid document is the developer’s, and the answer says that it is in English', async () => {
  const { errors } = errorOf('GRAPHQL_VALIDATION_FAILED');
  expect(await answerIn('zh', { errors } as Answer)).toEqual({ message: 'English.', language: 'en' });
});
