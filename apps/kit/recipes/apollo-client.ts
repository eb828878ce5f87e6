/** Apollo Client 4 for the graph: copy this file, and change it as you need. */
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { keepFresh, type MissingValue, missingValues, type StreamTransport } from '@patron-graph/kit';
import { apolloCache } from '@patron-graph/kit/caches/apollo-client';
import { FollowIdsDocument, MyCursorDocument, possibleTypes } from '@patron-graph/kit/reader';

/**
 * Options for every query and mutation. With them, `data` contains the values that could be read, even if others could
 * not.
 */
export const partial = { errorPolicy: 'all' } as const;

export function createApolloClient(url: string, token: () => Promise<string>): ApolloClient {
  const authorize = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${await token()}` },
  }));
  return new ApolloClient({
    link: authorize.concat(new HttpLink({ uri: url })),
    // Without `possibleTypes`, a fragment on an interface finds nothing in the cache.
    cache: new InMemoryCache({ possibleTypes: listsOf(possibleTypes) }),
  });
}

/** Keeps the signed-in reader's data on the screens up to date. Resolves when the signal aborts. */
export const keepApolloFresh = (
  client: ApolloClient,
  transport: StreamTransport,
  signal: AbortSignal,
): Promise<void> =>
  keepFresh(apolloCache(client), transport, FollowIdsDocument, ({ myChanges }) => myChanges, {
    signal,
    async readCursors() {
      const { data } = await client.query({ query: MyCursorDocument, fetchPolicy: 'no-cache' });
      return [data?.me?.changesCursor];
    },
  });

/** The values that are missing in a result. */
export const missingIn = ({ error }: { readonly error?: unknown }): readonly MissingValue[] =>
  CombinedGraphQLErrors.is(error) ? missingValues(error.errors) : [];

const listsOf = (types: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(types).map(([name, members]) => [name, [...members]]));
