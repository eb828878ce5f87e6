/** Relay for the graph: copy this file, and change it as you need. */
import { type Graph, keepFresh, type StreamTransport } from '@patron-graph/kit';
import { relayCache } from '@patron-graph/kit/caches/relay';
import { FollowIdsDocument, MyCursorDocument } from '@patron-graph/kit/reader';
import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  type GraphQLTaggedNode,
  getRequest,
  Network,
  type OperationType,
  RecordSource,
  Store,
} from 'relay-runtime';

export const createRelayEnvironment = (url: string, token: () => string): Environment =>
  new Environment({
    network: Network.create(async ({ text: query }, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token()}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphQLResponse;
    }),
    store: new Store(new RecordSource()),
  });

/** Keeps the signed-in reader's data on the screens up to date. Resolves when the signal aborts. */
export const keepRelayFresh = (
  environment: Environment,
  graph: Graph,
  transport: StreamTransport,
  signal: AbortSignal,
): Promise<void> =>
  keepFresh(relayCache(environment), transport, FollowIdsDocument, ({ myChanges }) => myChanges, {
    signal,
    readCursors: async () => [(await graph.ask(MyCursorDocument)).data.me?.changesCursor],
  });

/**
 * Shows a query, and reads it again when data that it shows was invalidated. In React, use
 * `useSubscribeToInvalidationState` instead. The returned function stops reading and showing the query.
 */
export function showQuery<Query extends OperationType>(
  environment: Environment,
  query: GraphQLTaggedNode,
  variables: Query['variables'],
  show: (data: Query['response']) => void,
): () => void {
  const store = environment.getStore();
  const operation = createOperationDescriptor(getRequest(query), variables);
  const kept = environment.retain(operation);
  let watched = { dispose() {} };
  let reading = { unsubscribe() {} };
  const read = () => {
    reading.unsubscribe();
    reading = fetchQuery<Query>(environment, query, variables).subscribe({
      next(data) {
        watched.dispose();
        const { seenRecords } = environment.lookup(operation.fragment);
        // `seenRecords` is a set, although Relay's types declare something else.
        const ids = [...(seenRecords as unknown as ReadonlySet<string>)];
        watched = store.subscribeToInvalidationState(store.lookupInvalidationState(ids), read);
        show(data);
      },
    });
  };
  read();
  return () => {
    reading.unsubscribe();
    watched.dispose();
    kept.dispose();
  };
}
