import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { createLocalTransport } from '../../../../gateway/transport/local.ts';
import type { ClientOperation } from '../../../../gateway/transport/transport.ts';

const request = { subgraph: 'patrons', operation: '{ __typename }', kind: 'query', variables: {} } as const;
const { signal } = new AbortController();

/** The `query` that the subgraph gets for a client's operation. Requests with the same `query` share what they read. */
async function sharedUnder(operation: ClientOperation | null): Promise<object | null> {
  const { promise, resolve } = Promise.withResolvers<object | null>();
  const transport = createLocalTransport(async (_request, _caller, _signal, query) => {
    resolve(query);
    return { data: {} };
  });
  await transport(request, anonymous, signal, 'reader', operation, null);
  return await promise;
}

test('the requests of one query of a client share what they read', async () => {
  const query = { name: 'Card', hash: 'abc', type: 'query' } as const;
  expect(await sharedUnder(query)).toBe(query);
});

test.each(['mutation', 'subscription'] as const)('a request for a %s shares nothing', async (type) => {
  expect(await sharedUnder({ name: 'Card', hash: 'abc', type })).toBeNull();
});

test('a request for no client shares nothing', async () => {
  expect(await sharedUnder(null)).toBeNull();
});
