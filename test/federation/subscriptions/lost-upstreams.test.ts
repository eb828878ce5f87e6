/** Subgraphs that fall silent, refuse, and send what is no event. */
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { LiveSupergraph } from '../../../gateway/from-file/live-supergraph.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { type RawAnswer, startRawSubgraph } from '../raw-answers/raw-subgraph.ts';
import { nextOf, readerOf } from './fake-upstream.ts';
import { requestOf, startStreaming } from './gateway.ts';
import { startBooks } from './servers.ts';

const query = 'subscription { bookAdded { title } }';
const event = (title: string, id?: string) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: next\ndata: {"data":{"bookAdded":{"title":"${title}"}}}\n\n`;
const titled = (title: string) => ({ kind: 'next', result: { data: { bookAdded: { title } } } });
const ended = (code: string, message: string) => ({
  kind: 'end',
  code,
  message: `The subgraph books ${message}.`,
});

const ending = (...body: readonly string[]): RawAnswer => ({
  headers: { 'content-type': 'text/event-stream' },
  body,
});
const stream = (...body: readonly string[]): RawAnswer => ({ ...ending(...body), end: 'never' });

/** A subgraph by SSE that answers byte for byte. */
async function overSse(answer: RawAnswer, silenceMs = 5000, limits = {}) {
  await using resources = new AsyncDisposableStack();
  const books = resources.use(await startRawSubgraph(() => answer));
  const gateway = resources.use(
    await startStreaming(books.url, { subscriptions: { protocol: 'sse', silenceMs }, limits }),
  );
  const running = resources.move();
  return { books, gateway, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A subgraph by WebSocket. `converse` gets each of its connections. */
async function overWebSocket(converse: (socket: WebSocket) => void, silenceMs = 5000, limits = {}) {
  await using resources = new AsyncDisposableStack();
  const server = createServer();
  const listening = resources.use(await listenOnLoopback(server));
  const sockets = new WebSocketServer({ server });
  resources.defer(() => {
    for (const socket of sockets.clients) {
      socket.terminate();
    }
  });
  sockets.on('connection', converse);
  const url = new URL(`${listening.origin}/graphql`);
  const gateway = resources.use(
    await startStreaming(url, { subscriptions: { protocol: 'graphql-transport-ws', silenceMs }, limits }),
  );
  const running = resources.move();
  return { gateway, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Answers `connection_init`, and then `subscribe` with these messages. */
const sending =
  (...messages: readonly (string | Buffer)[]) =>
  (socket: WebSocket) =>
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === 'connection_init') {
        socket.send('{"type":"connection_ack"}');
      } else if (type === 'subscribe') {
        for (const message of messages) {
          socket.send(message);
        }
      }
    });

test('a stream by SSE that falls silent ends within the bound', async () => {
  await using world = await overSse(stream(event('Atlas')), 300);
  const reader = readerOf(await world.gateway.subscribe(query));
  expect(await nextOf(reader)).toEqual(titled('Atlas'));
  const startedAt = performance.now();
  expect(await nextOf(reader)).toMatchObject(ended('SUBGRAPH_TIMEOUT', 'has fallen silent'));
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(world.gateway.log.join('')).toContain('no more events from books');
});

test('heartbeats keep a quiet stream by SSE open', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const beats = setInterval(() => response.write(':\n\n'), 100);
    setTimeout(() => response.write(event('Atlas')), 900);
    response.on('close', () => clearInterval(beats));
  });
  await using listening = await listenOnLoopback(server);
  const subscriptions = { protocol: 'sse', silenceMs: 400 } as const;
  await using gateway = await startStreaming(new URL(listening.origin), { subscriptions });
  expect(await nextOf(readerOf(await gateway.subscribe(query)))).toEqual(titled('Atlas'));
});

test('pongs keep a quiet WebSocket open, and one without them ends within the bound', async () => {
  await using books = await startBooks('graphql-ws');
  const subscriptions = { protocol: 'graphql-transport-ws', silenceMs: 300 } as const;
  await using gateway = await startStreaming(books.url, { subscriptions });
  const quiet = readerOf(await gateway.subscribe(query));
  await books.hasOpen(1);
  await using mute = await overWebSocket(sending(), 300);
  const silent = readerOf(await mute.gateway.subscribe(query));
  expect(await nextOf(silent)).toMatchObject(ended('SUBGRAPH_TIMEOUT', 'has fallen silent'));
  await new Promise((resolve) => setTimeout(resolve, 600));
  books.add({ id: '1', title: 'Atlas' });
  expect(await nextOf(quiet)).toEqual(titled('Atlas'));
});

test('a subgraph that never accepts is not waited for longer than a request', async () => {
  const limits = { requestTimeoutMs: 300 };
  await using mute = await overWebSocket(() => undefined, 5000, limits);
  await using slow = await overSse({ body: [], end: 'never' }, 5000, limits);
  for (const { gateway } of [mute, slow]) {
    expect(await gateway.subscribe(query)).toMatchObject({
      kind: 'refused',
      result: {
        errors: [
          {
            message: 'The subgraph books did not open the stream in time.',
            extensions: { code: 'SUBGRAPH_TIMEOUT' },
          },
        ],
      },
    });
  }
});

test('a subgraph that refuses over HTTP refuses the subscription', async () => {
  await using world = await overSse({ status: 403, headers: { 'content-type': 'text/html' }, body: 'no' });
  expect(await world.gateway.subscribe(query)).toMatchObject({
    kind: 'refused',
    result: {
      errors: [
        {
          message: 'The subgraph books refused the request.',
          extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
        },
      ],
    },
  });
});

test('errors in place of a stream are one event', async () => {
  await using world = await overSse({ status: 400, body: '{"errors":[{"message":"not so"}]}' });
  const reader = readerOf(await world.gateway.subscribe(query));
  expect(await nextOf(reader)).toMatchObject({
    kind: 'next',
    result: { data: { bookAdded: null }, errors: [{ message: 'not so' }] },
  });
  expect(await nextOf(reader)).toMatchObject({ kind: 'end', code: null });
});

test('a WebSocket that refuses the caller refuses the subscription', async () => {
  await using books = await startBooks('graphql-ws');
  await using gateway = await startStreaming(books.url, {
    subscriptions: { protocol: 'graphql-transport-ws' },
    all: { headers: { request: [{ propagate: 'x-tenant' }] } },
  });
  const caller = { forwarded: { 'x-tenant': 'forbidden' } };
  expect(await gateway.subscribe(query, { caller })).toMatchObject({
    kind: 'refused',
    result: { errors: [{ message: 'The subgraph books refused the subscription.' }] },
  });
});

test.each([
  ['no JSON', 'event: next\ndata: {\n\n'],
  ['no response', 'event: next\ndata: {"hello":1}\n\n'],
])('%s over SSE ends the stream', async (_, text) => {
  await using world = await overSse(stream(event('Atlas'), text, event('Globe')));
  const reader = readerOf(await world.gateway.subscribe(query));
  expect(await nextOf(reader)).toEqual(titled('Atlas'));
  expect(await nextOf(reader)).toMatchObject(
    ended('SUBGRAPH_INVALID_RESPONSE', 'sent an event that is not a GraphQL response'),
  );
});

test.each([
  ['no JSON', '{'],
  ['an unknown message', '{"type":"data","id":"1","payload":{}}'],
  ['a message of clients', '{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}'],
  ['a binary message', Buffer.from('{"type":"pong"}')],
])('%s over a WebSocket ends the stream', async (_, message) => {
  await using world = await overWebSocket(sending(message));
  const reader = readerOf(await world.gateway.subscribe(query));
  expect(await nextOf(reader)).toMatchObject(
    ended('SUBGRAPH_INVALID_RESPONSE', 'broke the protocol of its streams'),
  );
});

test('an event that is too large ends the stream, in both protocols', async () => {
  const title = 'x'.repeat(20_000);
  const limits = { maxSubgraphBytes: 10_000 };
  await using sse = await overSse(stream(event(title)), 5000, limits);
  const next = `{"type":"next","id":"1","payload":{"data":{"bookAdded":{"title":"${title}"}}}}`;
  await using webSocket = await overWebSocket(sending(next), 5000, limits);
  for (const { gateway } of [sse, webSocket]) {
    expect(await nextOf(readerOf(await gateway.subscribe(query)))).toMatchObject(
      ended('SUBGRAPH_INVALID_RESPONSE', 'sent an event that is too large'),
    );
  }
});

test('an end without `complete` is a loss, and `complete` without data is an end', async () => {
  await using cut = await overSse(ending(event('Atlas')));
  const reader = readerOf(await cut.gateway.subscribe(query));
  expect(await nextOf(reader)).toEqual(titled('Atlas'));
  expect(await nextOf(reader)).toMatchObject(ended('SUBGRAPH_UNAVAILABLE', 'ended the stream'));
  await using whole = await overSse(ending('event: complete\n\n'));
  expect(await nextOf(readerOf(await whole.gateway.subscribe(query)))).toMatchObject({
    kind: 'end',
    code: null,
  });
});

test('events that nobody reads are dropped, and the notice has the id of the last event that was read', async () => {
  const ids = Array.from({ length: 300 }, (_, at) => String(at));
  await using world = await overSse(stream(...ids.map((id) => event(`Book ${id}`, id))));
  const reader = readerOf(await world.gateway.subscribe(query));
  expect(await nextOf(reader)).toEqual(titled('Book 0'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await nextOf(reader)).toEqual({
    kind: 'lagged',
    message: expect.stringContaining('go on from the cursor'),
    cursor: '0',
  });
  const numbers: number[] = [];
  while (numbers.at(-1) !== 299) {
    const next = await nextOf(reader);
    const book = next.kind === 'next' ? (next.result.data?.bookAdded as { title: string }) : null;
    numbers.push(Number(book?.title.split(' ')[1]));
  }
  // What follows the notice has no further gap.
  expect(numbers).toEqual(numbers.map((_, at) => 300 - numbers.length + at));
});

test('streams are shared, unless the configuration says no', async () => {
  for (const [share, open] of [
    [true, 1],
    [false, 2],
  ] as const) {
    await using books = await startBooks('graphql-sse');
    await using gateway = await startStreaming(books.url, { subscriptions: { protocol: 'sse', share } });
    const first = readerOf(await gateway.subscribe(query));
    const second = readerOf(await gateway.subscribe(query));
    await books.hasOpen(open);
    await first.return?.();
    await second.return?.();
  }
});

test('no more streams are opened than are configured', async () => {
  await using books = await startBooks('graphql-sse');
  const subscriptions = { protocol: 'sse', connections: 1 } as const;
  await using gateway = await startStreaming(books.url, { subscriptions });
  const reader = readerOf(await gateway.subscribe(query));
  await books.hasOpen(1);
  expect(await gateway.subscribe('subscription { counted }')).toMatchObject({
    kind: 'refused',
    result: { errors: [{ message: 'The subgraph books has too many open streams.' }] },
  });
  await reader.return?.();
  await books.hasOpen(0);
  expect(await gateway.subscribe('subscription { counted }')).toMatchObject({ kind: 'stream' });
});

test('a graph that retires asks its clients to come back, at different times', async () => {
  await using books = await startBooks('graphql-sse');
  await using gateway = await startStreaming(books.url, { subscriptions: { protocol: 'sse' } });
  const readers = await Promise.all([1, 2, 3].map(async () => readerOf(await gateway.subscribe(query))));
  await books.hasOpen(1);
  gateway.supergraph.endStreams();
  const ends = await Promise.all(readers.map(nextOf));
  expect(ends).toMatchObject([1, 2, 3].map(() => ({ kind: 'end', code: 'SUPERGRAPH_CHANGED' })));
  expect(new Set(ends.map((end) => end.kind === 'end' && end.retryAfterMs)).size).toBe(3);
  await books.hasOpen(0);
  // One that was under way meanwhile ends at once.
  expect(await nextOf(readerOf(await gateway.subscribe(query)))).toMatchObject({
    kind: 'end',
    code: 'SUPERGRAPH_CHANGED',
  });
});

test('a new supergraph takes over at once: the streams of the one before end, and new ones begin', async () => {
  await using books = await startBooks('graphql-ws');
  const subscriptions = { protocol: 'graphql-transport-ws' } as const;
  await using first = await startStreaming(books.url, { subscriptions });
  await using next = await startStreaming(books.url, { subscriptions });
  await using live = new LiveSupergraph(first.supergraph);
  const request = requestOf(query);
  const before = readerOf(await live.subscribe(request, request.signal));
  await books.hasOpen(1);
  const closed = live.replace(next.supergraph);
  expect(await nextOf(before)).toMatchObject({ kind: 'end', code: 'SUPERGRAPH_CHANGED' });
  await closed;
  const after = readerOf(await live.subscribe(request, request.signal));
  await books.hasOpen(1);
  books.add({ id: '1', title: 'Atlas' });
  expect(await nextOf(after)).toEqual(titled('Atlas'));
});
