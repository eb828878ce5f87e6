/** Caches of real clients: what is read again, and when. */
import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';
import { type LiveCache, refreshing, type Stale } from '@patron-graph/kit';
import { apolloCache } from '@patron-graph/kit/caches/apollo-client';
import { tanstackCache } from '@patron-graph/kit/caches/tanstack-query';
import { urqlCache } from '@patron-graph/kit/caches/urql';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { Client, cacheExchange, fetchExchange, mapExchange, type Operation } from '@urql/core';
import { parse } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';

/** A graph with one loan, whose answers the tests hold back. */
class Graph {
  renewals = 0;
  reads = 0;
  /** Resolves when the answer may be given, which was read before. */
  gate: Promise<void> = Promise.resolve();

  async read(): Promise<{ data: { loan: object } }> {
    this.reads += 1;
    const { renewals } = this;
    await this.gate;
    return { data: { loan: { __typename: 'Loan', id: 'L1', renewals } } };
  }
}

const text = '{ loan { __typename id renewals } }';
interface Data {
  readonly loan: { readonly id: string; readonly renewals: number };
}

interface Shown {
  readonly cache: LiveCache;
  /** Opens a screen. */
  show(): { readonly shown: (number | undefined)[]; close(): void };
}

const apollo = (graph: Graph): Shown => {
  const link = new ApolloLink(
    () =>
      new Observable((observer) => {
        graph
          .read()
          .then((answer) => {
            observer.next(answer);
            observer.complete();
          })
          .catch((error: unknown) => observer.error(error));
      }),
  );
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    cache: apolloCache(client),
    show() {
      const shown: (number | undefined)[] = [];
      const subscription = client
        .watchQuery<Data>({ query: parse(text) })
        .subscribe(({ data, dataState }) => {
          if (dataState === 'complete') {
            shown.push(data.loan.renewals);
          }
        });
      return { shown, close: () => subscription.unsubscribe() };
    },
  };
};

const urql = (graph: Graph): Shown => {
  const cache = urqlCache<Operation>((operation) => client.reexecuteOperation(operation));
  const client = new Client({
    url: 'http://graph.example/',
    exchanges: [mapExchange(cache.hooks), cacheExchange, fetchExchange],
    preferGetMethod: false,
    fetch: async () =>
      new Response(JSON.stringify(await graph.read()), { headers: { 'content-type': 'application/json' } }),
  });
  return {
    cache,
    show() {
      const shown: (number | undefined)[] = [];
      const { unsubscribe } = client.query<Data>(text, {}).subscribe(({ data }) => {
        shown.push(data?.loan.renewals);
      });
      return { shown, close: unsubscribe };
    },
  };
};

const clients: QueryClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) {
    client.clear();
  }
});

const tanstack = (graph: Graph): Shown => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  clients.push(client);
  return {
    cache: tanstackCache(client),
    show() {
      const shown: (number | undefined)[] = [];
      const observer = new QueryObserver(client, {
        queryKey: ['loan'],
        queryFn: async () => (await graph.read()).data as Data,
      });
      shown.push(observer.getCurrentResult().data?.loan.renewals);
      return {
        shown,
        close: observer.subscribe(({ data }) => {
          shown.push(data?.loan.renewals);
        }),
      };
    },
  };
};

const stale: Stale = { entities: [{ __typename: 'Loan', id: 'L1' }], fields: [] };
const other: Stale = { entities: [{ __typename: 'Loan', id: 'L2' }], fields: ['me'] };

const read = (graph: Graph, times: number) => vi.waitUntil(() => graph.reads === times, { timeout: 20_000 });
const shows = (shown: readonly unknown[], value: number) =>
  vi.waitUntil(() => shown.at(-1) === value, { timeout: 20_000 });
/** Long enough for a reading that must not come. */
const calm = () => new Promise((resolve) => setTimeout(resolve, 100));

const all = [
  ['Apollo Client', apollo],
  ['urql', urql],
  ['TanStack Query', tanstack],
] as const;

test.each(all)('%s reads again what an open screen shows, and only that', async (_name, open) => {
  const graph = new Graph();
  const { cache, show } = open(graph);
  const screen = show();
  await shows(screen.shown, 0);
  graph.renewals = 1;
  cache.invalidate(other);
  await calm();
  expect(graph.reads).toBe(1);
  cache.invalidate(stale);
  await shows(screen.shown, 1);
  graph.renewals = 2;
  cache.invalidate({ entities: [], fields: ['loan'] });
  await shows(screen.shown, 2);
  graph.renewals = 3;
  cache.invalidateAll();
  await shows(screen.shown, 3);
  await calm();
  expect(graph.reads).toBe(4);
  screen.close();
});

test.each(all)('%s reads what no screen shows when it is shown next', async (_name, open) => {
  const graph = new Graph();
  const { cache, show } = open(graph);
  const first = show();
  await shows(first.shown, 0);
  first.close();
  graph.renewals = 1;
  cache.invalidate(stale);
  await calm();
  expect(graph.reads).toBe(1);
  const second = show();
  await shows(second.shown, 1);
  second.close();
  const third = show();
  await shows(third.shown, 1);
  expect(graph.reads).toBe(2);
  third.close();
});

test.each(all)('%s reads again an answer that was on its way when the change came', async (_name, open) => {
  const graph = new Graph();
  const { cache, show } = open(graph);
  const gate = Promise.withResolvers<void>();
  graph.gate = gate.promise;
  const screen = show();
  await read(graph, 1);
  graph.renewals = 1;
  cache.invalidate(stale);
  cache.invalidate(other);
  await calm();
  // It is not cancelled, however many changes come.
  expect(graph.reads).toBe(1);
  gate.resolve();
  await shows(screen.shown, 1);
  expect(graph.reads).toBe(2);
  screen.close();
});

test('changes are collected, and lists of the index are read once more', async () => {
  vi.useFakeTimers();
  try {
    const invalidated: Stale[] = [];
    const closing = new AbortController();
    const { onEvent, onStatus } = refreshing(
      { invalidate: (stale) => invalidated.push(stale), invalidateAll: () => undefined },
      { about: { __typename: 'Patron', id: 'P1' }, signal: closing.signal },
    );
    const changes = () =>
      invalidated.splice(0).map(({ entities, fields }) => [entities.map(({ id }) => id), fields]);
    for (const subjectId of ['L1', 'L2', 'L1']) {
      onEvent({ kind: 'LOAN_RENEWED', subjectId });
    }
    expect(changes()).toEqual([]);
    await vi.advanceTimersByTimeAsync(250);
    const lists = ['loans', 'lendingDays', 'libraryCounts'];
    expect(changes()).toEqual([[['L1', 'P1', 'L2'], lists]]);
    onEvent({ kind: 'LOAN_ENDED', subjectId: 'L3' });
    await vi.advanceTimersByTimeAsync(1_900);
    expect(changes()).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(changes()).toEqual([[['L3', 'P1'], lists]]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(changes()).toEqual([[[], lists]]);
    // A reading may have failed before a lost connection was noticed.
    onStatus('lost');
    onStatus('catching up');
    onStatus('live');
    await vi.advanceTimersByTimeAsync(250);
    expect(changes()).toEqual([[['L1', 'P1', 'L2', 'L3'], lists]]);
    onEvent({ kind: 'LOAN_ENDED', subjectId: 'L4' });
    closing.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(changes()).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
