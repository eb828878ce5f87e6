/** Unmodified third-party clients get the events of a subscription, and learn how it ends. */
import { execFile } from 'node:child_process';
import {
  ApolloClient,
  CombinedGraphQLErrors,
  CombinedProtocolErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { createFetchMultipartSubscription } from '@apollo/client/utilities/subscriptions/relay';
import { Client, type ExecutionResult, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import {
  type GraphQLResponse,
  Network,
  Observable,
  type RequestParameters,
  type SubscribeFunction,
} from 'relay-runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { completed, type StreamingGateway, startStreams } from './stub-streams.ts';

const query = 'subscription Watch { a }';

let gateway: StreamingGateway;
beforeEach(async () => {
  gateway = await startStreams();
});
afterEach(() => gateway[Symbol.asyncDispose]());

/** What an observer of any client has seen. `end` is `complete`, or the codes of the errors. */
interface Seen {
  readonly results: unknown[];
  end: unknown;
}

interface Observer {
  next(value: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

type Subscribe = (observer: Observer) => () => void;

const codesIn = (errors: readonly { readonly extensions?: Record<string, unknown> | undefined }[]) =>
  errors.map(({ extensions }) => extensions?.code);

const sse: Subscribe = (observer) =>
  createEventClient({ url: gateway.url, retryAttempts: 0 }).subscribe({ query }, observer);

const socketClient = () =>
  createSocketClient({ url: gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });

const webSocket: Subscribe = (observer) => socketClient().subscribe({ query }, observer);

const apollo: Subscribe = (observer) => {
  const client = new ApolloClient({ link: new HttpLink({ uri: gateway.url }), cache: new InMemoryCache() });
  const subscription = client.subscribe({ query: gql(query), errorPolicy: 'all' }).subscribe({
    next({ data = null, error }) {
      const told = CombinedGraphQLErrors.is(error) || CombinedProtocolErrors.is(error) ? error.errors : [];
      observer.next({ data, errors: told });
    },
    error: observer.error,
    complete: observer.complete,
  });
  return () => subscription.unsubscribe();
};

const urqlWith =
  (makeClient: () => Client): Subscribe =>
  (observer) => {
    const { unsubscribe } = makeClient()
      .subscription(query, {})
      .subscribe(({ data, error, hasNext }) => {
        if (hasNext) {
          const told = error?.graphQLErrors.map(({ message, extensions }) => ({ message, extensions }));
          observer.next({ data, errors: told ?? [] });
        } else {
          // urql repeats the last data.
          observer.complete();
        }
      });
    return unsubscribe;
  };

const urqlOverEvents = urqlWith(
  () =>
    new Client({
      url: gateway.url,
      preferGetMethod: false,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
    }),
);

const urqlOverSocket = urqlWith(() => {
  const socket = socketClient();
  const forward = subscriptionExchange({
    forwardSubscription: ({ query: text = '' }) => ({
      subscribe: (sink) => ({
        unsubscribe: socket.subscribe(
          { query: text },
          { ...sink, next: (result) => sink.next(result as ExecutionResult) },
        ),
      }),
    }),
  });
  return new Client({ url: gateway.url, preferGetMethod: false, exchanges: [forward] });
});

const relayRequest: RequestParameters = {
  name: 'Watch',
  text: query,
  id: null,
  cacheID: 'watch',
  metadata: {},
  operationKind: 'subscription',
};

const relayWith =
  (subscribeFunction: () => SubscribeFunction): Subscribe =>
  (observer) => {
    const network = Network.create(async () => ({ data: {} }), subscribeFunction());
    const subscription = network.execute(relayRequest, {}, {}, null).subscribe(observer);
    return () => subscription.unsubscribe();
  };

const relayOverMultipart = relayWith(() => createFetchMultipartSubscription(gateway.url));

const relayOverSocket = relayWith(
  () => (request) =>
    Observable.create<GraphQLResponse>((sink) =>
      socketClient().subscribe(
        { query: request.text ?? '', operationName: request.name },
        { ...sink, next: (result) => sink.next(result as GraphQLResponse) },
      ),
    ),
);

/** The clients, and the way in which each is told of an end: as a result, or as an error that ends the stream. */
const clients: readonly (readonly [string, Subscribe, 'result' | 'error' | 'no data'])[] = [
  ['graphql-sse', sse, 'result'],
  ['graphql-ws', webSocket, 'error'],
  ['Apollo Client (multipart)', apollo, 'result'],
  ['urql over Server-Sent Events', urqlOverEvents, 'result'],
  ['urql over graphql-ws', urqlOverSocket, 'result'],
  ['Relay over multipart', relayOverMultipart, 'no data'],
  ['Relay over graphql-ws', relayOverSocket, 'error'],
];

function observed(subscribe: Subscribe): { readonly seen: Seen; readonly stop: () => void } {
  const seen: Seen = { results: [], end: null };
  const stop = subscribe({
    next: (value) => seen.results.push(JSON.parse(JSON.stringify(value))),
    error(error) {
      seen.end = Array.isArray(error) ? codesIn(error) : (error ?? 'error');
    },
    complete() {
      seen.end = 'complete';
    },
  });
  return { seen, stop };
}

describe.each(clients)('%s', (_name, subscribe, toldAs) => {
  test('gets each event, and the completion', async () => {
    const { seen } = observed(subscribe);
    const stream = await gateway.streams.opened();
    stream.next({ a: 1 });
    await expect.poll(() => seen.results).toMatchObject([{ data: { a: 1 } }]);
    stream.next({ a: 2 });
    stream.push(completed);
    await expect.poll(() => seen.results).toMatchObject([{ data: { a: 1 } }, { data: { a: 2 } }]);
    await stream.closed;
  });

  test('is told that events were dropped, and goes on', async () => {
    const { seen, stop } = observed(subscribe);
    const stream = await gateway.streams.opened();
    stream.push({ kind: 'lagged', message: 'Read again.', cursor: 'c7' });
    await expect
      .poll(() => seen.results)
      .toMatchObject([
        { errors: [{ message: 'Read again.', extensions: { code: 'EVENTS_DROPPED', cursor: 'c7' } }] },
      ]);
    stream.next({ a: 3 });
    await expect.poll(() => seen.results.length).toBe(2);
    stop();
    await stream.closed;
  });

  test('learns why its stream has ended', async () => {
    const { seen } = observed(subscribe);
    const stream = await gateway.streams.opened();
    stream.next({ a: 1 });
    await expect.poll(() => seen.results.length).toBe(1);
    stream.push({ kind: 'end', code: 'LOST', message: 'Lost.', retryAfterMs: 500 });
    await stream.closed;
    const errors = [{ extensions: { code: 'LOST', retryAfterMs: 500 } }];
    switch (toldAs) {
      case 'error':
        await expect.poll(() => seen.end).toEqual(['LOST']);
        break;
      case 'result':
        await expect.poll(() => seen.results[1]).toMatchObject({ errors });
        break;
      case 'no data':
        // Apollo's function for Relay keeps the errors under a symbol.
        await expect.poll(() => seen.results[1]).toEqual({ extensions: {} });
    }
  });

  test('closes the upstream when it unsubscribes', async () => {
    const { seen, stop } = observed(subscribe);
    const stream = await gateway.streams.opened();
    stream.next({ a: 1 });
    await expect.poll(() => seen.results.length).toBe(1);
    stop();
    await stream.closed;
  });
});

test('curl -N sees each event as it happens', async () => {
  const shown: string[] = [];
  const curl = execFile('curl', [
    '-sN',
    gateway.url,
    '-H',
    'content-type: application/json',
    '-H',
    'accept: text/event-stream',
    '-d',
    JSON.stringify({ query }),
  ]);
  curl.stdout?.on('data', (text: string) => shown.push(text));
  const ended = new Promise((resolve) => curl.once('close', resolve));
  const stream = await gateway.streams.opened();
  stream.next({ a: 1 });
  await expect.poll(() => shown.join('')).toBe(':\n\nevent: next\ndata: {"data":{"a":1}}\n\n');
  stream.push(completed);
  expect(await ended).toBe(0);
  expect(shown.join('').endsWith('event: complete\ndata:\n\n')).toBe(true);
});
