/** urql for the graph: copy this file, and change it as you need. */
import { type MissingValue, missingValues } from '@patron-graph/kit';
import { Client, type CombinedError, cacheExchange, fetchExchange } from '@urql/core';

export function createUrqlClient(url: string, token: () => string): Client {
  return new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token()}` } }),
    // A reader's data is sent by POST, because URLs end up in logs.
    preferGetMethod: false,
  });
}

/** The values that are missing in a result. */
export const missingIn = ({
  error,
}: {
  readonly error?: CombinedError | undefined;
}): readonly MissingValue[] => missingValues(error?.graphQLErrors);
