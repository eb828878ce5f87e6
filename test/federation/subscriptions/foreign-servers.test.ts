/** Subscriptions to subgraphs on GraphQL Yoga, graphql-sse and graphql-ws. */
import { describe, expect, test } from 'vitest';
import { createAuthority, forThisMachine } from '../../support/certificates.ts';
import { nextOf, readerOf } from './fake-upstream.ts';
import { startStreaming } from './gateway.ts';
import { protocolOf, type ServerName, startBooks } from './servers.ts';

const query = 'subscription { bookAdded { title price } }';
const atlas = { id: '1', title: 'Atlas' };
const globe = { id: '2', title: 'Globe' };
const eventOf = (title: string, price: number) => ({
  kind: 'next',
  result: { data: { bookAdded: { title, price } } },
});
const byTenant = { headers: { request: [{ propagate: 'x-tenant' }] } } as const;

const names = Object.keys(protocolOf) as ServerName[];

describe.each(names)('%s', (name) => {
  const subscriptions = { protocol: protocolOf[name] };

  test('each event is joined with what other subgraphs have, in order, until the subgraph completes', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    const subscribed = await gateway.subscribe(query);
    expect(subscribed).toMatchObject({ rootField: 'Subscription.bookAdded', subgraph: 'books', cost: 1 });
    const reader = readerOf(subscribed);
    await books.hasOpen(1);
    books.add(atlas);
    books.add(globe);
    expect(await nextOf(reader)).toEqual(eventOf('Atlas', 10));
    expect(await nextOf(reader)).toEqual(eventOf('Globe', 20));
    books.complete();
    expect(await nextOf(reader)).toEqual({ kind: 'end', code: null, message: null, retryAfterMs: null });
    expect((await reader.next()).done).toBe(true);
    expect(gateway.observed).toEqual(['opened books null', 'ended books null']);
  });

  test('the subgraph gets the headers that rules say, and each request for the rest, too', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions, all: byTenant });
    const caller = { forwarded: { 'x-tenant': 'north', 'x-other': 'no' } };
    const reader = readerOf(await gateway.subscribe(query, { caller }));
    await books.hasOpen(1);
    books.add(atlas);
    await nextOf(reader);
    expect(books.headers[0]).toMatchObject({ 'x-tenant': 'north' });
    expect(books.headers[0]).not.toHaveProperty('x-other');
    expect(books.payloads).toEqual(
      protocolOf[name] === 'graphql-transport-ws' ? [{ 'x-tenant': 'north' }] : [],
    );
    expect(gateway.prices.requests.map(({ headers }) => headers['x-tenant'])).toEqual(['north']);
  });

  test('the subgraph is told when the reader returns, and when the signal aborts', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    const reader = readerOf(await gateway.subscribe(query));
    await books.hasOpen(1);
    await reader.return?.();
    await books.hasOpen(0);
    const controller = new AbortController();
    const other = readerOf(await gateway.subscribe(query, { signal: controller.signal }));
    await books.hasOpen(1);
    const waiting = other.next();
    controller.abort();
    expect((await waiting).done).toBe(true);
    await books.hasOpen(0);
    expect(gateway.log.filter((line) => line.includes('"level":40'))).toEqual([]);
  });

  test('equal rights share an upstream, and other headers have one of their own', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions, all: byTenant });
    const north = { caller: { forwarded: { 'x-tenant': 'north' } } };
    const first = readerOf(await gateway.subscribe(query, north));
    const second = readerOf(
      await gateway.subscribe('subscription { bookAdded { title price } } # again', north),
    );
    await books.hasOpen(1);
    const south = { caller: { forwarded: { 'x-tenant': 'south' } } };
    const third = readerOf(await gateway.subscribe(query, south));
    await books.hasOpen(2);
    books.add(atlas);
    const [one, two, three] = await Promise.all([first, second, third].map(nextOf));
    expect([one, two, three]).toEqual([1, 2, 3].map(() => eventOf('Atlas', 10)));
    expect(one?.kind === 'next' && two?.kind === 'next' && one.result === two.result).toBe(true);
    expect(gateway.prices.requests).toHaveLength(2);
    await first.return?.();
    books.add(globe);
    expect(await nextOf(second)).toEqual(eventOf('Globe', 20));
    await second.return?.();
    await books.hasOpen(1);
  });

  test('other arguments are another upstream', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    await gateway.subscribe('subscription { bookAdded(branch: "A") { title } }');
    await gateway.subscribe('subscription { bookAdded(branch: "B") { title } }');
    await gateway.subscribe('subscription { bookAdded(branch: "A") { title } }');
    await books.hasOpen(2);
  });

  test('a subgraph that dies ends the stream with a code, and says when to come back', async () => {
    const books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    const reader = readerOf(await gateway.subscribe(query));
    await books.hasOpen(1);
    await books[Symbol.asyncDispose]();
    expect(await nextOf(reader)).toEqual({
      kind: 'end',
      code: 'SUBGRAPH_UNAVAILABLE',
      message: expect.stringMatching(/^The subgraph books (broke off|ended) the stream\.$/),
      retryAfterMs: expect.any(Number),
    });
    expect(gateway.observed).toEqual(['opened books null', 'ended books SUBGRAPH_UNAVAILABLE']);
    expect(await gateway.subscribe(query)).toMatchObject({
      kind: 'refused',
      result: { errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'books' } }] },
    });
  });

  test("a subscription that the subgraph can't begin is one event with its error, and the end", async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    const reader = readerOf(await gateway.subscribe('subscription { failing { title } }'));
    const event = await nextOf(reader);
    expect(event).toMatchObject({
      kind: 'next',
      result: { data: { failing: null }, errors: [{ extensions: { service: 'books' } }] },
    });
    expect(await nextOf(reader)).toMatchObject({ kind: 'end', code: null });
  });

  test('a number keeps all its digits', async () => {
    await using books = await startBooks(name);
    await using gateway = await startStreaming(books.url, { subscriptions });
    const reader = readerOf(await gateway.subscribe('subscription { counted }'));
    await books.hasOpen(1);
    books.add(atlas);
    const event = await nextOf(reader);
    expect(JSON.stringify(event)).toBe('{"kind":"next","result":{"data":{"counted":9007199254740993}}}');
  });

  test('TLS has the authority that is configured, and the name of the address', async () => {
    using authority = createAuthority();
    const trust = { subscriptions, tlsDir: authority.tlsDir() };
    const certificate = authority.issue('books', 'DNS:books.example.org');
    await using named = await startBooks(name, { certificate });
    await using wary = await startStreaming(named.url, trust);
    expect(await wary.subscribe(query)).toMatchObject({ kind: 'refused' });
    await using books = await startBooks(name, { certificate: authority.issue('books', forThisMachine) });
    await using strange = await startStreaming(books.url, { subscriptions });
    expect(await strange.subscribe(query)).toMatchObject({ kind: 'refused' });
    await using trusting = await startStreaming(books.url, trust);
    const reader = readerOf(await trusting.subscribe(query));
    await books.hasOpen(1);
    books.add(atlas);
    expect(await nextOf(reader)).toEqual(eventOf('Atlas', 10));
  });
});
