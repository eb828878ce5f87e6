/** urql for the graph: copy this file, and change it as you need. */
import { keepFresh, type MissingValue, missingValues, type StreamTransport } from '@patron-graph/kit';
import { type UrqlCache, urqlCache } from '@patron-graph/kit/caches/urql';
import { FollowIdsDocument, MyCursorDocument } from '@patron-graph/kit/reader';
import {
  Client,
  type CombinedError,
  cacheExchange,
  fetchExchange,
  mapExchange,
  type Operation,
} from '@urql/core';

export interface LiveUrql {
  readonly client: Client;
  readonly cache: UrqlCache<Operation>;
}

export function createUrqlClient(url: string, token: () => string): LiveUrql {
  const cache = urqlCache<Operation>((operation) => client.reexecuteOperation(operation));
  const client = new Client({
    url,
    exchanges: [mapExchange(cache.hooks), cacheExchange, fetchExchange],
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token()}` } }),
    // A reader's data is sent by POST, because URLs are logged.
    preferGetMethod: false,
  });
  return { client, cache };
}

/** Keeps the signed-in reader's data on the screens up to date. Resolves when the signal aborts. */
export const keepUrqlFresh = (
  { client, cache }: LiveUrql,
  transport: StreamTransport,
  signal: AbortSignal,
): Promise<void> =>
  keepFresh(cache, transport, FollowIdsDocument, ({ myChanges }) => myChanges, {
    signal,
    async readCursors() {
      const { data } = await client.query(MyCursorDocument, {}, { requestPolicy: 'network-only' });
      return [data?.me?.changesCursor];
    },
  });

/** The values that are missing in a result. */
export const missingIn = ({
  error,
}: {
  readonly error?: CombinedError | undefined;
}): readonly MissingValue[] => missingValues(error?.graphQLErrors);
