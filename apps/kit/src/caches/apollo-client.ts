/** Apollo Client 4 with its `InMemoryCache`, which keeps objects by `__typename` and `id`. */
import type { LiveCache } from './refresh.ts';
import { isStale } from './stale.ts';

/** What is used of an `InMemoryCache`. */
interface ApolloCache {
  identify(object: { readonly __typename: string; readonly id: string }): string | undefined;
  evict(what: { readonly id: string; readonly fieldName?: string }): boolean;
}

/** What is used of an `ObservableQuery`. */
interface ShownQuery {
  refetch(): Promise<unknown>;
  getCurrentResult(): { readonly loading: boolean };
  subscribe(next: (result: { readonly loading: boolean; readonly data?: unknown }) => void): {
    unsubscribe(): void;
  };
}

/** What is used of an `ApolloClient`. */
export interface ApolloLiveClient {
  refetchQueries(options: {
    readonly updateCache: (cache: ApolloCache) => void;
    readonly onQueryUpdated: (query: ShownQuery) => false;
  }): unknown;
  getObservableQueries(include: 'active'): ReadonlySet<ShownQuery>;
}

const root = 'ROOT_QUERY';

/** A query on a screen keeps its data until it is read again. */
export function apolloCache(client: ApolloLiveClient): LiveCache {
  const invalidate = (evict: (cache: ApolloCache) => void, isMeant: (data: unknown) => boolean) => {
    const reading = new Set([...client.getObservableQueries('active')].filter(isReading));
    client.refetchQueries({
      updateCache: evict,
      onQueryUpdated(query) {
        if (!reading.has(query)) {
          readAgain(query);
        }
        // The screen is not told of the missing data.
        return false;
      },
    });
    for (const query of reading) {
      // The answer under way may be older than the change. Another request would cancel it, and frequent changes would
      // starve a slow list.
      whenRead(query, (data) => {
        if (isMeant(data)) {
          readAgain(query);
        }
      });
    }
  };
  return {
    invalidate: (stale) =>
      invalidate(
        (cache) => {
          for (const entity of stale.entities) {
            cache.evict({ id: cache.identify(entity) ?? entity.id });
          }
          for (const fieldName of stale.fields) {
            cache.evict({ id: root, fieldName });
          }
        },
        (data) => isStale(data, stale),
      ),
    invalidateAll: () =>
      invalidate(
        (cache) => cache.evict({ id: root }),
        () => true,
      ),
  };
}

const isReading = (query: ShownQuery): boolean => query.getCurrentResult().loading;

/** Whoever shows the query shows its error. */
const readAgain = (query: ShownQuery): void => void query.refetch().catch(() => undefined);

function whenRead(query: ShownQuery, then: (data: unknown) => void): void {
  const subscription = query.subscribe(({ loading, data }) => {
    if (!loading) {
      // The first call may come before `subscribe` returns, but never with an answer: the query is being read.
      subscription.unsubscribe();
      // While a query calls its observers with a result, it starts no other request.
      queueMicrotask(() => then(data));
    }
  });
}
