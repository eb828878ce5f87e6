/** urql over the graph: copy it, and change what you need. */
import { type MissingValue, missingValues } from '@patron-graph/kit';
import { Client, type CombinedError, cacheExchange, fetchExchange } from '@urql/core';

export function createUrqlClient(url: string, token: () => string): Client {
  return new Client({
    url,
    exchanges: [cacheExchange, fetchExchange],
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token()}` } }),
    // What is a reader's goes by POST: URLs end up in logs.
    preferGetMethod: false,
  });
}

/** What is missing in a result. */
export const missingIn = ({
  error,
}: {
  readonly error?: CombinedError | undefined;
}): readonly MissingValue[] => missingValues(error?.graphQLErrors);
