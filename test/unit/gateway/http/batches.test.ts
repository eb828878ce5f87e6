import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

test('a request of a batch that fails by a defect leaves the answers of the others', async () => {
  const rejected: string[] = [];
  await using app = await createTestGateway({
    limits: { ...defaultLimits, maxBatch: 3 },
    answer: async ({ parameters: { query } }) => {
      if (query === 'defect') {
        throw new Error('a defect');
      }
      return { data: { query } };
    },
    observer: { rejected: (code) => rejected.push(code) },
  });
  const batch = ['mutation', 'defect', 'query'].map((query) => ({ query }));
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/graphql', payload: batch });
  expect([statusCode, JSON.parse(body)]).toEqual([
    200,
    [
      { data: { query: 'mutation' } },
      {
        errors: [{ message: 'Something went wrong here.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      },
      { data: { query: 'query' } },
    ],
  ]);
  expect(rejected).toEqual(['INTERNAL_SERVER_ERROR']);
});
