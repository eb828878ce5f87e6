/** TanStack Query 5, for queries whose data is an answer of the graph: its `data`, or what `ask` resolves to. */
import type { LiveCache } from './refresh.ts';
import { isStale } from './stale.ts';

/** What is used of a `Query`. */
interface CachedQuery {
  readonly state: { readonly data: unknown; readonly fetchStatus: string };
  readonly promise?: Promise<unknown> | undefined;
}

/** What is used of a `QueryClient`. */
export interface TanstackClient {
  getQueryCache(): { getAll(): readonly CachedQuery[] };
  invalidateQueries(filters?: { predicate?: (query: never) => boolean }): Promise<void>;
}

/**
 * A query is read again if its data has a changed object, or a changed field of `Query`. An alias of a field hides it: name
 * objects by their `id`.
 */
export function tanstackCache(client: TanstackClient): LiveCache {
  const invalidate = (isMeant: (query: CachedQuery) => boolean) => {
    const queries = client.getQueryCache().getAll();
    const reading = queries.filter(isReading);
    const stale = new Set(queries.filter((query) => !isReading(query) && isMeant(query)));
    client.invalidateQueries({ predicate: (query: CachedQuery) => stale.has(query) }).catch(ignore);
    for (const query of reading) {
      // The answer under way may be older than the change. Cancelling it would starve a slow list by frequent changes.
      query.promise
        ?.then(() =>
          isMeant(query)
            ? client.invalidateQueries({ predicate: (other: CachedQuery) => other === query })
            : undefined,
        )
        .catch(ignore);
    }
  };
  return {
    invalidate: (stale) => invalidate(({ state }) => isStale(state.data, stale)),
    invalidateAll: () => invalidate(() => true),
  };
}

/** Whoever shows the query shows its error. */
const ignore = () => undefined;

const isReading = ({ state }: CachedQuery): boolean => state.fetchStatus === 'fetching';
