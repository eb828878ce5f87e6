/** TanStack Query 5 for the graph: copy this file, and change it as you need. */
import { type Graph, keepFresh, type StreamTransport, type TypedDocumentNode } from '@patron-graph/kit';
import { tanstackCache } from '@patron-graph/kit/caches/tanstack-query';
import { FollowIdsDocument, MyCursorDocument } from '@patron-graph/kit/reader';
import { type QueryClient, queryOptions } from '@tanstack/react-query';

/**
 * Options of `useQuery` for an operation of the graph. The query's data is the result of `ask`, which includes the
 * missing values.
 */
export const graphQuery = <Data, Variables extends object>(
  graph: Graph,
  document: TypedDocumentNode<Data, Variables>,
  ...variables: Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables]
) =>
  queryOptions({
    queryKey: [document, ...variables],
    queryFn: () => graph.ask(document, ...variables),
    // Events report when data is stale, so data never becomes stale with time.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Keeps the signed-in reader's data on the screens up to date. Resolves when the signal aborts. */
export const keepTanstackFresh = (
  client: QueryClient,
  graph: Graph,
  transport: StreamTransport,
  signal: AbortSignal,
): Promise<void> =>
  keepFresh(tanstackCache(client), transport, FollowIdsDocument, ({ myChanges }) => myChanges, {
    signal,
    readCursors: async () => [(await graph.ask(MyCursorDocument)).data.me?.changesCursor],
  });
