/**
 * TanStack Query 5. The data of its queries must be answers of the graph: the `data` of an answer, or the result of
 * `ask`.
 */
import type { LiveCache } from './refresh.ts';
import { isStale } from './stale.ts';

/** The members of a `Query` that are used here. */
interface CachedQuery {
  readonly state: { readonly data: unknown; readonly fetchStatus: string };
  readonly promise?: Promise<unknown> | undefined;
}

/** The methods of a `QueryClient` that are used here. */
export interface TanstackClient {
  getQueryCache(): { getAll(): readonly CachedQuery[] };
  invalidateQueries(filters?: { predicate?: (query: never) => boolean }): Promise<void>;
}

/**
 * A query is read again if its data contains a changed object, or a changed field of `Query`. A field with an alias is
 * not recognized, so only the `id`s of its objects count.
 */
export function tanstackCache(client: TanstackClient): LiveCache {
  const invalidate = (isMeant: (query: CachedQuery) => boolean) => {
    const queries = client.getQueryCache().getAll();
    const reading = queries.filter(isReading);
    const stale = new Set(queries.filter((query) => !isReading(query) && isMeant(query)));
    client.invalidateQueries({ predicate: (query: CachedQuery) => stale.has(query) }).catch(ignore);
    for (const query of reading) {
      // The answer under way may be older than the change. But if frequent changes cancelled this answer, a slow list
      // would never be read. So the query is read again after this answer.
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

/** An error needs no handling here: the component that shows the query also shows its error. */
const ignore = () => undefined;

const isReading = ({ state }: CachedQuery): boolean => state.fetchStatus === 'fetching';
