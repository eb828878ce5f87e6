/** The header `Accept` determines the media type of an answer, whether the request is answered or refused. */
import { expect, test } from 'vitest';
import { BearerError } from '../../../../gateway/access/bearer-error.ts';
import type { GatewayOptions } from '../../../../gateway/http/server.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

const newType = 'application/graphql-response+json; charset=utf-8';
const plainJson = 'application/json; charset=utf-8';

const ask = { method: 'POST', url: '/graphql', body: { query: '{ a }' } } as const;

test.each([
  [undefined, plainJson],
  ['*/*', plainJson],
  ['application/json', plainJson],
  ['application/json; charset=utf-8', plainJson],
  ['application/json;charset=UTF8', plainJson],
  ['application/graphql-response+json', newType],
  ['application/graphql-response+json; charset="utf-8"', newType],
  ['application/graphql-response+json;charset=utf8, application/json;charset=utf8', newType],
  ['application/graphql-response+json; charset=utf-8, application/json; charset=utf-8', newType],
  ['application/json; charset=utf-8; q=0.9, application/graphql-response+json; charset=utf-8', newType],
  ['application/graphql-response+json; charset=utf-8; q=0.5, application/json; charset=utf-8', plainJson],
])('with Accept: %s', async (accept, mediaType) => {
  await using app = await createTestGateway();
  const { statusCode, headers } = await app.inject({
    ...ask,
    headers: { ...(accept !== undefined && { accept }) },
  });
  expect([statusCode, headers['content-type']]).toEqual([200, mediaType]);
});

test.each(['text/html', 'application/json; charset=iso-8859-1', 'application/xml; charset=utf-8'])(
  'Accept: %s is refused in plain JSON',
  async (accept) => {
    await using app = await createTestGateway();
    const { statusCode, headers } = await app.inject({ ...ask, headers: { accept } });
    expect([statusCode, headers['content-type']]).toEqual([406, plainJson]);
  },
);

const refusals: readonly [number, Partial<GatewayOptions>, object?][] = [
  [400, {}, { headers: { 'content-type': 'application/json' }, body: 'no JSON' }],
  [401, { issuers: { authenticate: () => Promise.reject(new BearerError(401, 'No.')) } }],
  [405, {}, { method: 'DELETE' }],
  [413, { limits: { ...defaultLimits, maxBodyBytes: 1 } }],
  [500, { answer: () => Promise.reject(new Error('a defect')) }],
  [503, { limits: { ...defaultLimits, maxConcurrentRequests: 0 } }],
];

test.each(refusals)(
  'a refusal by HTTP, with %i, has the negotiated type',
  async (status, options, request = {}) => {
    await using app = await createTestGateway(options);
    const answers = await Promise.all(
      ['application/graphql-response+json', 'application/json'].map((accept) => {
        const sent = Object.assign({}, ask, request);
        return app.inject({ ...sent, headers: Object.assign({ accept }, Reflect.get(sent, 'headers')) });
      }),
    );
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['content-type']])).toEqual([
      [status, newType],
      [status, plainJson],
    ]);
  },
);

test.each([
  [404, '/elsewhere'],
  [400, '/graphql%'],
])('a refusal that is not of /graphql, with %i, is plain JSON', async (status, url) => {
  await using app = await createTestGateway();
  const { statusCode, headers } = await app.inject({
    method: 'GET',
    url,
    headers: { accept: 'application/graphql-response+json' },
  });
  expect([statusCode, headers['content-type']]).toEqual([status, plainJson]);
});
