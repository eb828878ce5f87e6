/** Apollo Client 4 with its `InMemoryCache`, which keeps objects by `__typename` and `id`. */
import type { LiveCache } from './refresh.ts';
import { isStale } from './stale.ts';

/** The methods of an `InMemoryCache` that are used here. */
interface ApolloCache {
  identify(object: { readonly __typename: string; readonly id: string }): string | undefined;
  evict(what: { readonly id: string; readonly fieldName?: string }): boolean;
}

/** The members of an `ObservableQuery` that are used here. */
interface ShownQuery {
  refetch(): Promise<unknown>;
  getCurrentResult(): { readonly loading: boolean };
  subscribe(next: (result: { readonly loading: boolean; readonly data?: unknown }) => void): {
    unsubscribe(): void;
  };
}

/** The methods of an `ApolloClient` that are used here. */
export interface ApolloLiveClient {
  refetchQueries(options: {
    readonly updateCache: (cache: ApolloCache) => void;
    readonly onQueryUpdated: (query: ShownQuery) => false;
  }): unknown;
  getObservableQueries(include: 'active'): ReadonlySet<ShownQuery>;
}

const root = 'ROOT_QUERY';

/** Makes the `LiveCache` of an Apollo client. While a query is read again, the screen shows the old data. */
export function apolloCache(client: ApolloLiveClient): LiveCache {
  const invalidate = (evict: (cache: ApolloCache) => void, isMeant: (data: unknown) => boolean) => {
    const reading = new Set([...client.getObservableQueries('active')].filter(isReading));
    client.refetchQueries({
      updateCache: evict,
      onQueryUpdated(query) {
        if (!reading.has(query)) {
          readAgain(query);
        }
        // False means that Apollo doesn't notify the screen of the missing data.
        return false;
      },
    });
    for (const query of reading) {
      // The answer under way may be older than the change. But if frequent changes cancelled this answer, a slow list
      // would never be read. So the query is read again after this answer.
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

/** An error needs no handling here: the component that shows the query also shows its error. */
const readAgain = (query: ShownQuery): void => void query.refetch().catch(() => undefined);

function whenRead(query: ShownQuery, then: (data: unknown) => void): void {
  const subscription = query.subscribe(({ loading, data }) => {
    if (!loading) {
      // The callback may be called before `subscribe` returns. That first call never has an answer, because the query is
      // still being read.
      subscription.unsubscribe();
      // While a query delivers a result to its observers, it can't start another request. So `then` is called later.
      queueMicrotask(() => then(data));
    }
  });
}
