/** What a subscription is refused for, and what each of its events has. */
import { expect, test } from 'vitest';
import { createEngine, type EngineOptions } from '../../../../gateway/engine/engine.ts';
import { type Denial, type FetchSubgraph, SubgraphFailure } from '../../../../gateway/executor/index.ts';
import {
  FakeUpstream,
  nextOf,
  readerOf,
  subscribeTo,
} from '../../../federation/subscriptions/fake-upstream.ts';
import { compose, fetchFrom, link } from '../../../federation/support/subgraphs.ts';

const books = `${link}
  type Query { book: Book }
  type Subscription { added: Book  followed(after: String): ID  removed: ID  secret: Book @authenticated }
  interface Item { id: ID! }
  type Book implements Item @key(fields: "id") { id: ID! title: String authors: [Author!]! }
  type Author { name: String! }`;
const prices = `${link}
  type Book @key(fields: "id") { id: ID! price: Int tax: Int @authenticated shelf: Shelf! }
  type Shelf { number: Int! }`;
const subgraphs = {
  books: { sdl: books },
  prices: {
    sdl: prices,
    resolvers: {
      Book: {
        __resolveReference: ({ id }: { id: string }) => ({
          id,
          price: Number(id) * 10,
          tax: 1,
          shelf: id === '0' ? null : { number: 1 },
        }),
      },
    },
  },
};
const supergraph = compose(subgraphs);
const open = (options: EngineOptions = {}) => createEngine(supergraph, { hasStreams: true, ...options });
const denial: Denial = { code: 'UNAUTHENTICATED', message: 'Sign in first.' };
const fetch = fetchFrom(subgraphs);
const atlas = { __typename: 'Book', id: '1', title: 'Atlas' };

test('an event is joined by requests for it alone, and denied fields stay null', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  const reader = readerOf(
    await subscribeTo(engine, upstream, {
      query: 'subscription S($with: Boolean!) { new: added { title price @include(if: $with) tax } }',
      variables: { with: true },
      fetch,
      denied: new Map([['Book.tax', denial]]),
    }),
  );
  expect(upstream.requests).toEqual([
    {
      subgraph: 'books',
      kind: 'subscription',
      operation: 'subscription{_5_added_new:added{title id __typename}}',
      variables: {},
    },
  ]);
  upstream.next({ data: { _5_added_new: atlas } });
  expect(await nextOf(reader)).toEqual({
    kind: 'next',
    result: {
      data: { new: { title: 'Atlas', price: 10, tax: null } },
      errors: [{ message: denial.message, path: ['new', 'tax'], extensions: { code: denial.code } }],
    },
  });
});

test('an event with an error, or with a null that may not be, is one answer, and the stream goes on', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  const query = 'subscription { added { title shelf { number } } }';
  const reader = readerOf(await subscribeTo(engine, upstream, { query, fetch }));
  upstream.next({ data: { added: { ...atlas, id: '0' } } });
  upstream.next({ data: null, errors: [{ message: 'lost', path: ['added'] }] });
  upstream.next({ data: { added: atlas } });
  const answers = [await nextOf(reader), await nextOf(reader), await nextOf(reader)];
  expect(answers).toMatchObject([
    { result: { data: { added: null }, errors: [{ path: ['added', 'shelf'] }] } },
    { result: { data: { added: null }, errors: [{ message: 'lost' }] } },
    { result: { data: { added: { title: 'Atlas', shelf: { number: 1 } } } } },
  ]);
});

test.each([
  [
    'a root field that the caller may not read',
    { query: 'subscription { secret { id } }', denied: new Map([['Subscription.secret', denial]]) },
    { message: denial.message, path: ['secret'], extensions: { code: denial.code } },
  ],
  [
    'variables of another type',
    { query: 'subscription ($a: Boolean!) { added { id @skip(if: $a) } }', variables: { a: 1 } },
    { message: expect.any(String), extensions: { code: 'BAD_USER_INPUT' } },
  ],
  [
    '@defer that a variable switches on',
    {
      query: 'subscription ($a: Boolean!) { added { id ... @defer(if: $a) { title } } }',
      variables: { a: true },
    },
    {
      message: 'A subscription can\'t have "@defer", unless "if" switches it off.',
      extensions: { code: 'OPERATION_NOT_SUPPORTED' },
    },
  ],
  [
    'a query',
    { query: '{ book { id } }' },
    { message: 'This is no subscription.', extensions: { code: 'OPERATION_NOT_SUPPORTED' } },
  ],
])('%s is refused, and no stream is opened', async (_, subscription, error) => {
  await using engine = open();
  const upstream = new FakeUpstream();
  expect(await subscribeTo(engine, upstream, subscription)).toEqual({
    kind: 'refused',
    result: { errors: [error] },
  });
  expect(upstream.requests).toEqual([]);
});

test('@defer that is switched off is no reason to refuse', async () => {
  await using engine = open();
  const query = 'subscription ($a: Boolean!) { added { id ... @defer(if: $a) { title } } }';
  const upstream = new FakeUpstream();
  const reader = readerOf(await subscribeTo(engine, upstream, { query, variables: { a: false } }));
  upstream.next({ data: { added: atlas } });
  expect(await nextOf(reader)).toEqual({
    kind: 'next',
    result: { data: { added: { id: '1', title: 'Atlas' } } },
  });
});

test('one event costs what the query would cost, and a costly one is refused', async () => {
  await using engine = open({ limits: { maxCost: 5 } });
  const upstream = new FakeUpstream();
  expect(await subscribeTo(engine, upstream, { query: 'subscription { added { id } }' })).toMatchObject({
    cost: 1,
    rootField: 'Subscription.added',
    subgraph: 'books',
  });
  expect(
    await subscribeTo(engine, upstream, {
      query: 'subscription { ...A } fragment A on Subscription { added { authors { name } } }',
    }),
  ).toMatchObject({ result: { errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }] } });
});

test('a defect while an event is answered ends the stream, and is reported', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  const defects: unknown[] = [];
  const broken: FetchSubgraph = () => Promise.reject(new TypeError('a bug'));
  const subscribed = await subscribeTo(engine, upstream, {
    query: 'subscription { added { price } }',
    fetch: broken,
    onDefect: (error) => defects.push(error),
  });
  upstream.next({ data: { added: atlas } });
  expect(await nextOf(readerOf(subscribed))).toMatchObject({ kind: 'end', code: 'INTERNAL_SERVER_ERROR' });
  expect(defects).toEqual([new TypeError('a bug')]);
  expect(upstream.signals[0]?.aborted).toBe(true);
});

test('an event whose requests take too long has an error, and the stream goes on', async () => {
  await using engine = open({ limits: { requestTimeoutMs: 50 } });
  const upstream = new FakeUpstream();
  const subscribed = await subscribeTo(engine, upstream, {
    query: 'subscription { added { price } }',
    fetchForEvent:
      (_report, signal) =>
      ({ subgraph }) =>
        new Promise((_, reject) => {
          const fail = () => reject(new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT'));
          signal.addEventListener('abort', fail);
        }),
  });
  const reader = readerOf(subscribed);
  upstream.next({ data: { added: atlas } });
  expect(await nextOf(reader)).toMatchObject({
    kind: 'next',
    result: { data: { added: { price: null } }, errors: [{ extensions: { code: 'SUBGRAPH_TIMEOUT' } }] },
  });
  await reader.return?.();
});

test('events that no client waits for make no requests', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  let requests = 0;
  const counted: FetchSubgraph = (request) => {
    requests += 1;
    return fetch(request);
  };
  const subscription = { query: 'subscription { added { price } }', fetch: counted, identity: 'ada' };
  const slow = readerOf(await subscribeTo(engine, upstream, subscription));
  const quick = readerOf(await subscribeTo(engine, upstream, subscription));
  for (let id = 1; id <= 5; id += 1) {
    upstream.next({ data: { added: { ...atlas, id: String(id) } } });
  }
  const priceOf = (price: number) => ({ kind: 'next', result: { data: { added: { price } } } });
  expect(await nextOf(quick)).toMatchObject(priceOf(10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  // The first was paid for with the stream.
  expect(requests).toBe(1);
  expect(await nextOf(quick)).toMatchObject(priceOf(20));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(requests).toBe(2);
  // Whoever reads later gets what was answered for others.
  expect(await nextOf(slow)).toMatchObject(priceOf(10));
  expect(await nextOf(slow)).toMatchObject(priceOf(20));
  expect(await nextOf(slow)).toMatchObject(priceOf(30));
  await slow.return?.();
  await quick.return?.();
});

test('streams with the same identity share an upstream, and null shares none', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  const query = 'subscription { added { id } }';
  const identities = ['ada', 'ada', 'bob', null, null];
  for (const identity of identities) {
    await subscribeTo(engine, upstream, { query, identity });
  }
  expect(upstream.requests).toHaveLength(4);
  // Rights are part of the variant, whatever the identity says.
  await subscribeTo(engine, upstream, { query, identity: 'ada', denied: new Map([['Book.id', denial]]) });
  expect(upstream.requests).toHaveLength(5);
});

test('a stream that can go on from a cursor is not shared, and its subgraph waits, so that nothing is dropped', async () => {
  const upstream = new FakeUpstream();
  await using engine = open();
  const query = 'subscription { followed }';
  await subscribeTo(engine, upstream, { query, identity: 'ada' });
  const reader = readerOf(await subscribeTo(engine, upstream, { query, identity: 'ada' }));
  expect(upstream.requests).toHaveLength(2);
  const count = 300;
  let sent = 0;
  const sending = (async () => {
    for (; sent < count; sent++) {
      await upstream.listener.room();
      upstream.next({ data: { followed: String(sent) } }, String(sent));
    }
  })();
  // The queue of events that are to be answered is half full, and the first one was answered.
  await expect.poll(() => sent).toBeGreaterThan(45);
  expect(sent).toBeLessThan(60);
  for (let event = 0; event < count; event++) {
    expect(await nextOf(reader)).toMatchObject({
      kind: 'next',
      result: { data: { followed: String(event) } },
    });
  }
  await sending;
});

test('a client that leaves while the stream is opened takes nobody else with it', async () => {
  await using engine = open();
  const upstream = new FakeUpstream();
  const opening = Promise.withResolvers<void>();
  upstream.until = opening.promise;
  const query = 'subscription { added { id } }';
  const controller = new AbortController();
  const first = subscribeTo(engine, upstream, { query, identity: 'ada', signal: controller.signal });
  const second = subscribeTo(engine, upstream, { query, identity: 'ada' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  controller.abort();
  opening.resolve();
  expect((await readerOf(await first).next()).done).toBe(true);
  const reader = readerOf(await second);
  upstream.next({ data: { added: atlas } });
  expect(await nextOf(reader)).toMatchObject({ kind: 'next' });
  expect(upstream.requests).toHaveLength(1);
});

test('clients see subscriptions if a subgraph can be asked for them, and none otherwise', async () => {
  const typeOf = async (options: EngineOptions) => {
    await using engine = createEngine(supergraph, options);
    return engine.schema.getSubscriptionType()?.name ?? null;
  };
  expect(await typeOf({ hasStreams: true })).toBe('Subscription');
  expect(await typeOf({})).toBeNull();
});
