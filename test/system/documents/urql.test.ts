/** The persisted queries of an unmodified urql client, with each setting of the gateway. */
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { expect, test } from 'vitest';
import type { RunningSystem } from '../running-system.ts';
import { documentOf, documentSystems, recordingFetch, type SentRequest, summaryOf } from './clients.ts';

const { off, automatic, required } = documentSystems();

type PersistedOptions = NonNullable<Parameters<typeof persistedExchange>[0]>;

async function clientOf(
  system: RunningSystem,
  persisted: PersistedOptions | null,
): Promise<{ readonly client: Client; readonly sent: readonly SentRequest[] }> {
  const { fetch, sent } = recordingFetch();
  const authorization = `Bearer ${await system.token({ subject: 'reader', patronId: 'P0000002' })}`;
  const client = new Client({
    url: `${system.url}/graphql`,
    fetch,
    fetchOptions: { headers: { authorization } },
    preferGetMethod: false,
    exchanges: persisted === null ? [fetchExchange] : [persistedExchange(persisted), fetchExchange],
  });
  return { client, sent };
}

const titles = documentOf('titles');
const walden = { titles: { edges: [{ node: { title: 'Walden' } }] } };

test('while automatic persisted queries are off, the client sends texts', async () => {
  const { client, sent } = await clientOf(off, { preferGetForPersistedQueries: false });
  for (const text of ['Walden', 'Frankenstein']) {
    expect((await client.query(titles, { text })).error).toBeUndefined();
  }
  expect(summaryOf(sent)).toEqual(['POST hash', 'POST text', 'POST text']);
});

test('a document is registered by the first client, and then asked for by its hash', async () => {
  for (const expected of [['GET hash', 'GET text+hash'], ['GET hash']]) {
    const { client, sent } = await clientOf(automatic, {});
    expect((await client.query(titles, { text: 'Walden' })).data).toMatchObject(walden);
    expect(summaryOf(sent)).toEqual(expected);
  }
});

test('a document that is in no manifest is refused', async () => {
  const { client } = await clientOf(required, { preferGetForPersistedQueries: false });
  const { error } = await client.query(documentOf('not-registered'), {});
  expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }]);
});

test('with the settings that it has by itself, the catalogue is answered, and the error for anything else says what to set', async () => {
  const { fetch, sent } = recordingFetch();
  const authorization = `Bearer ${await off.token({ subject: 'reader', patronId: 'P0000002' })}`;
  const url = `${off.url}/graphql`;
  const client = new Client({
    url,
    fetch,
    fetchOptions: { headers: { authorization } },
    exchanges: [fetchExchange],
  });
  expect((await client.query(titles, { text: 'Walden' })).data).toMatchObject(walden);
  const { error, data } = await client.query('{ me { id } }', {});
  expect(data).toBeUndefined();
  expect(error?.message).toMatch(
    /use POST\. In urql, set preferGetMethod and preferGetForPersistedQueries to false\.$/,
  );
  const told = new Client({
    url,
    fetch,
    fetchOptions: { headers: { authorization } },
    preferGetMethod: false,
    exchanges: [fetchExchange],
  });
  expect((await told.query('{ me { id } }', {})).data).toEqual({ me: { id: expect.any(String) } });
  expect(sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
});
