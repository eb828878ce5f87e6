/** The persisted queries of an unmodified Apollo Client, with each setting of the gateway. */
import { createHash } from 'node:crypto';
import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import {
  generatePersistedQueryIdsAtRuntime,
  generatePersistedQueryIdsFromManifest,
} from '@apollo/persisted-query-lists';
import { describe, expect, test } from 'vitest';
import type { RunningSystem } from '../running-system.ts';
import {
  apolloManifest,
  documentOf,
  documentSystems,
  recordingFetch,
  type SentRequest,
  summaryOf,
} from './clients.ts';

const { off, automatic, required } = documentSystems();

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface TestClient {
  readonly client: ApolloClient;
  readonly sent: readonly SentRequest[];
}

async function clientOf(
  system: RunningSystem,
  persisted: PersistedQueryLink.Options | null,
): Promise<TestClient> {
  const { fetch, sent } = recordingFetch();
  const http: ApolloLink = new HttpLink({
    uri: `${system.url}/graphql`,
    fetch,
    headers: { authorization: `Bearer ${await system.token({ subject: 'reader', patronId: 'P0000002' })}` },
  });
  const link = persisted === null ? http : new PersistedQueryLink(persisted).concat(http);
  return { client: new ApolloClient({ link, cache: new InMemoryCache() }), sent };
}

const titles = documentOf('titles');
const home = documentOf('home', 'loan-fields');
const titlesOf = async ({ client }: TestClient, text: string) =>
  (await client.query({ query: titles, variables: { text } })).data;
const walden = { titles: { edges: [{ node: expect.objectContaining({ title: 'Walden' }) }] } };

describe('automatic persisted queries', () => {
  test.each([false, true])('while they are off, the client sends texts (by GET: %s)', async (byGet) => {
    const one = await clientOf(off, { sha256, useGETForHashedQueries: byGet });
    expect(await titlesOf(one, 'Walden')).toMatchObject(walden);
    expect(await titlesOf(one, 'Frankenstein')).toBeDefined();
    expect(summaryOf(one.sent)).toEqual([`${byGet ? 'GET' : 'POST'} hash`, 'POST text', 'POST text']);
  });

  test('a document is registered by the first client, and then asked for by its hash', async () => {
    const first = await clientOf(automatic, { sha256 });
    expect(await titlesOf(first, 'Walden')).toMatchObject(walden);
    expect(summaryOf(first.sent)).toEqual(['POST hash', 'POST text+hash']);
    const next = await clientOf(automatic, { sha256, useGETForHashedQueries: true });
    expect(await titlesOf(next, 'Walden')).toMatchObject(walden);
    expect(summaryOf(next.sent)).toEqual(['GET hash']);
  });
});

describe('trusted documents', () => {
  test.each<[string, PersistedQueryLink.Options]>([
    ['its manifest', generatePersistedQueryIdsFromManifest({ loadManifest: () => apolloManifest })],
    ['the documents themselves', generatePersistedQueryIdsAtRuntime({ sha256 })],
  ])('a client with ids from %s sends no text', async (_what, options) => {
    const one = await clientOf(required, options);
    expect(await titlesOf(one, 'Walden')).toMatchObject(walden);
    const { data } = await one.client.query({ query: home });
    expect(data).toMatchObject({ me: { id: 'P0000002' } });
    expect(summaryOf(one.sent)).toEqual(['POST hash', 'POST hash']);
  });

  test('the text of a trusted document is served, with its fragments in another order', async () => {
    const one = await clientOf(required, null);
    const { data } = await one.client.query({ query: home });
    expect(data).toMatchObject({ me: { id: 'P0000002' } });
    expect(summaryOf(one.sent)).toEqual(['POST text']);
    const inManifest = apolloManifest.operations.find(({ name }) => name === 'Home')?.body;
    expect(one.sent[0]?.parameters.query).not.toBe(inManifest);
  });

  test('another document is refused, by its hash and then by its text', async () => {
    const one = await clientOf(required, { sha256 });
    const error = await one.client.query({ query: documentOf('not-registered') }).catch((reason) => reason);
    expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([
      { extensions: { code: 'QUERY_NOT_IN_SAFELIST' } },
    ]);
    expect(one.sent.map(({ status }) => status)).toEqual([400, 400]);
    expect(summaryOf(one.sent)).toEqual(['POST hash', 'POST text+hash']);
  });
});
