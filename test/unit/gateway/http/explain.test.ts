import { describe, expect, test } from 'vitest';
import { anonymous, type Identity } from '../../../../gateway/access/caller.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

const issuersOf = (scopes: readonly string[]) => ({
  authenticate: async (): Promise<Identity> => ({
    ...anonymous,
    authenticated: true,
    scopes: new Set(scopes),
  }),
});

async function extensionsFor(
  options: Parameters<typeof createTestGateway>[0],
  headers: Record<string, string>,
): Promise<unknown> {
  await using app = await createTestGateway(options);
  const { body } = await app.inject({ method: 'POST', url: '/graphql', headers, body: { query: '{ a }' } });
  return (JSON.parse(body) as { extensions?: unknown }).extensions;
}

const asked = { 'patron-graph-explain': '1' };

describe('in production', () => {
  test('an operation is explained to a caller with the scope `operate`', async () => {
    const options = { issuers: issuersOf(['operate', 'patrons:read']) };
    expect(await extensionsFor(options, asked)).toMatchObject({ explain: { fetches: [] } });
    expect(await extensionsFor(options, {})).toBeUndefined();
    expect(await extensionsFor(options, { 'patron-graph-explain': '0' })).toBeUndefined();
  });

  test.each([
    ['nobody', { issuers: null }],
    [
      'staff',
      { issuers: issuersOf(['patrons:read', 'patrons:write', 'identity:read', 'circulation:write']) },
    ],
    ['a scope that only looks like it', { issuers: issuersOf(['operator', 'operate:read', 'OPERATE']) }],
  ])('it is not explained to %s', async (_who, options) => {
    expect(await extensionsFor(options, asked)).toBeUndefined();
  });
});

test('outside production it is explained to everybody, in a batch too', async () => {
  await using app = await createTestGateway({
    explainsToAll: true,
    limits: { ...defaultLimits, maxBatch: 2 },
  });
  const body = [{ query: '{ a }' }, { query: '{ a }' }];
  const answer = await app.inject({ method: 'POST', url: '/graphql', headers: asked, body });
  expect(JSON.parse(answer.body)).toMatchObject([
    { extensions: { explain: {} } },
    { extensions: { explain: {} } },
  ]);
});

test('no cache keeps an answer with an explanation', async () => {
  await using app = await createTestGateway({ explainsToAll: true, publicMaxAgeSeconds: 10 });
  const get = async (headers: Record<string, string>) => {
    const answer = await app.inject({ url: '/graphql', query: { query: '{ a }' }, headers });
    return answer.headers['cache-control'];
  };
  expect(await get({})).toBe('public, max-age=10');
  expect(await get(asked)).toBe('no-store');
});
