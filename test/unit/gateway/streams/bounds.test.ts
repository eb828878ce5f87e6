/** The bounds of streams, and what operators see of them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createBudgets, createRateLimiter } from '../../../../gateway/access/rates/rate-limiter.ts';
import { maxStreamsOfCaller, maxStreamsOfConnection } from '../../../../gateway/http/streams/open-streams.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import type { GatewayObserver } from '../../../../gateway/observer.ts';
import { defaultRates } from '../../../../gateway/rates.ts';
import { completed, type StreamingGateway, startStreams } from './stub-streams.ts';

const query = 'subscription Watch { a }';

/** Notes what the gateway tells its observer about streams. */
function recorded() {
  const seen = { refused: [] as string[], events: [] as string[], ended: [] as string[] };
  let open: () => Readonly<Record<string, number>> = () => ({});
  const observer: GatewayObserver = {
    watchStreams(counts) {
      open = counts;
    },
    streamRefused: (bound) => seen.refused.push(bound),
    streamEvent: (protocol, happening) => seen.events.push(`${protocol} ${happening}`),
    streamEnded: (protocol, code) => seen.ended.push(`${protocol} ${code}`),
  };
  return { observer, seen, open: () => open() };
}

const openEvents = ({ url }: StreamingGateway, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query }),
    ...(signal !== undefined && { signal }),
  });

const socketClient = ({ socketUrl }: StreamingGateway) =>
  createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });

describe('the number of streams', () => {
  test('is bounded for a connection', async () => {
    const { observer, seen, open } = recorded();
    await using gateway = await startStreams({ observer });
    const client = socketClient(gateway);
    const errors: unknown[] = [];
    const subscribe = () =>
      client.subscribe(
        { query },
        { next: () => undefined, complete: () => undefined, error: (error) => errors.push(error) },
      );
    for (let count = 0; count < maxStreamsOfConnection; count += 1) {
      subscribe();
    }
    await expect.poll(() => open().websocket).toBe(maxStreamsOfConnection);
    subscribe();
    await expect
      .poll(() => errors)
      .toMatchObject([
        [{ message: expect.stringContaining('close one'), extensions: { code: 'RATE_LIMITED' } }],
      ]);
    expect(seen.refused).toEqual(['connection']);
    await client.dispose();
    await expect.poll(() => open().websocket).toBe(0);
    expect(new Set(seen.ended)).toEqual(new Set(['websocket CLIENT_GONE']));
  });

  test('is bounded for a connection that asks for all of them at once', async () => {
    const { observer, seen, open } = recorded();
    await using gateway = await startStreams({ observer });
    const client = socketClient(gateway);
    const sink = { next: () => undefined, complete: () => undefined, error: () => undefined };
    for (let count = 0; count < maxStreamsOfConnection + 20; count += 1) {
      client.subscribe({ query }, sink);
    }
    await expect.poll(() => seen.refused).toEqual(Array.from({ length: 20 }, () => 'connection'));
    expect(open().websocket).toBe(maxStreamsOfConnection);
    await client.dispose();
  });

  test('is bounded for a caller, and not for others', async () => {
    const { observer, seen, open } = recorded();
    await using gateway = await startStreams({ observer, trustedProxies: ['127.0.0.1'] });
    const client = new AbortController();
    const mine = { 'x-forwarded-for': '203.0.113.7' };
    // The answers are kept: fetch cancels the body of an answer that is collected as garbage, and its stream would end.
    const opened: Response[] = [];
    for (let count = 0; count < maxStreamsOfCaller; count += 1) {
      opened.push(await openEvents(gateway, mine, client.signal));
    }
    expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 200));
    const refused = await openEvents(gateway, mine);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(seen.refused).toEqual(['caller']);
    const other = await openEvents(gateway, { 'x-forwarded-for': '203.0.113.8' }, client.signal);
    expect(other.status).toBe(200);
    client.abort();
    await expect.poll(() => open().sse, { timeout: 10_000 }).toBe(0);
    const last = new AbortController();
    expect((await openEvents(gateway, mine, last.signal)).status).toBe(200);
    last.abort();
  });
});

test('an open stream holds no place of a request', async () => {
  const limits = { ...defaultLimits, maxConcurrentRequests: 1 };
  await using gateway = await startStreams({ limits });
  for (let count = 0; count < 3; count += 1) {
    expect((await openEvents(gateway)).status).toBe(200);
  }
  const client = socketClient(gateway);
  client.subscribe({ query }, { next: () => undefined, complete: () => undefined, error: () => undefined });
  for (let count = 0; count < 4; count += 1) {
    await gateway.streams.opened();
  }
  const answer = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ a }"}',
  });
  expect(await answer.json()).toEqual({ data: { a: 1 } });
  await client.dispose();
});

test('a stream goes on beyond the time of a request', async () => {
  const limits = { ...defaultLimits, requestTimeoutMs: 200 };
  await using gateway = await startStreams({ limits });
  const response = await openEvents(gateway);
  const stream = await gateway.streams.opened();
  const results: unknown[] = [];
  const client = socketClient(gateway);
  client.subscribe(
    { query },
    {
      next: (result) => results.push(result),
      complete: () => undefined,
      error: (error) => results.push(error),
    },
  );
  const socketStream = await gateway.streams.opened();
  await setTimeout(600);
  stream.next({ a: 1 });
  stream.push(completed);
  socketStream.next({ a: 1 });
  expect(await response.text()).toContain('{"data":{"a":1}}');
  await expect.poll(() => results).toEqual([{ data: { a: 1 } }]);
  await client.dispose();
});

test('each event takes its cost from the rate of the caller, and waits if there is too little', async () => {
  const { observer, seen } = recorded();
  const rates = createRateLimiter(
    createBudgets({ ...defaultRates, anonymous: { unitsPerSecond: 100, burst: 50 } }),
    defaultLimits.maxCost,
  );
  await using gateway = await startStreams({ observer, rates });
  gateway.streams.cost = 25;
  const response = await openEvents(gateway);
  const stream = await gateway.streams.opened();
  const begun = performance.now();
  for (let count = 0; count < 7; count += 1) {
    stream.next({ a: count });
  }
  stream.push(completed);
  const text = await response.text();
  expect(text.match(/"a":\d/g)).toEqual([0, 1, 2, 3, 4, 5, 6].map((count) => `"a":${count}`));
  // The first is paid with the stream, two are paid from the burst, and each of the others needs a quarter of a second.
  expect(performance.now() - begun).toBeGreaterThan(800);
  expect(seen.events.filter((event) => event === 'sse delayed').length).toBeGreaterThanOrEqual(3);
});

test('an event that the caller cannot pay yet is not asked for', async () => {
  const { observer, seen } = recorded();
  const rates = createRateLimiter(
    createBudgets({ ...defaultRates, anonymous: { unitsPerSecond: 0.001, burst: 50 } }),
    defaultLimits.maxCost,
  );
  await using gateway = await startStreams({ observer, rates });
  gateway.streams.cost = 25;
  const client = new AbortController();
  await openEvents(gateway, {}, client.signal);
  const stream = await gateway.streams.opened();
  for (let count = 0; count < 7; count += 1) {
    stream.next({ a: count });
  }
  await expect.poll(() => seen.events).toEqual(['sse next', 'sse next', 'sse next', 'sse delayed']);
  expect(stream.waiting).toBe(4);
  client.abort();
  await stream.closed;
});

test('messages over a WebSocket that are no operations are charged, too', async () => {
  const rates = createRateLimiter(
    createBudgets({ ...defaultRates, anonymous: { unitsPerSecond: 0.001, burst: 5 } }),
    defaultLimits.maxCost,
  );
  await using gateway = await startStreams({ rates });
  const socket = new WebSocket(gateway.socketUrl, 'graphql-transport-ws');
  const received: string[] = [];
  socket.on('message', (data) => received.push(String(data)));
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await expect.poll(() => received).toHaveLength(1);
  for (let count = 0; count < 5; count += 1) {
    socket.send('{"type":"ping"}');
  }
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ a }' } }));
  await expect.poll(() => received.at(-1)).toContain('RATE_LIMITED');
  socket.terminate();
});

test('each operation over a WebSocket needs a budget, as each request does', async () => {
  const rates = createRateLimiter(
    createBudgets({ ...defaultRates, anonymous: { unitsPerSecond: 1, burst: 5 } }),
    defaultLimits.maxCost,
  );
  const invalid = { errors: [{ message: 'No.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };
  await using gateway = await startStreams({ rates, answer: async () => invalid });
  // A lazy client would open another socket for each operation.
  const client = createClient({
    url: gateway.socketUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
  });
  const codeOf = (text: string) =>
    client
      .iterate({ query: text })
      .next()
      .catch(([{ extensions }]) => extensions.code);
  expect(await codeOf('{ a }')).toBe('GRAPHQL_VALIDATION_FAILED');
  expect(await codeOf('{ a }')).toBe('RATE_LIMITED');
  expect(await codeOf(query)).toBe('RATE_LIMITED');
  await client.dispose();
});

describe('a client that reads nothing', () => {
  afterEach(() => vi.useRealTimers());

  /** Opens a stream of Server-Sent Events, and sends one event that the buffers of the sockets can't take. */
  async function openAndReadNothing(gateway: StreamingGateway) {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const body = JSON.stringify({ query });
    socket.pause();
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const stream = await gateway.streams.opened();
    stream.next({ a: 'x'.repeat(30_000_000) });
    await expect.poll(() => stream.waiting).toBe(0);
    await setTimeout(500);
    return { socket, stream };
  }

  test('of Server-Sent Events is cut off after two or three heartbeats', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using gateway = await startStreams();
    const { socket, stream } = await openAndReadNothing(gateway);
    for (let beat = 0; beat < 3; beat += 1) {
      vi.advanceTimersByTime(12_000);
    }
    await stream.closed;
    socket.destroy();
  });

  test('of Server-Sent Events for a while, but then goes on, is not cut off', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using gateway = await startStreams();
    const { socket, stream } = await openAndReadNothing(gateway);
    let isClosed = false;
    void stream.closed.then(() => {
      isClosed = true;
    });
    for (let read = 0, beat = 0; beat < 5; beat += 1) {
      vi.advanceTimersByTime(12_000);
      for (const until = read + 4_000_000; read < until; ) {
        read += (socket.read() as Buffer | null)?.length ?? 0;
        await setTimeout(1);
      }
      await setTimeout(100);
    }
    expect(isClosed).toBe(false);
    socket.destroy();
  });

  /** Opens a WebSocket that reads nothing, and asks for so many answers. Returns whether it is still connected. */
  async function askAndReadNothing({ socketUrl }: StreamingGateway, answers: number) {
    const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.pause();
    for (let id = 0; id < answers; id += 1) {
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: '{ a }' } }));
    }
    return socket;
  }
  const connectionsOf = ({ app }: StreamingGateway) =>
    promisify(app.server.getConnections.bind(app.server))();
  const large = { data: { a: 'x'.repeat(1_000_000) } };

  test('of a WebSocket is cut off when more than an answer waits behind another', async () => {
    const limits = { ...defaultLimits, maxAnswerBytes: 1_000_000 };
    await using gateway = await startStreams({ limits, answer: async () => large });
    const socket = await askAndReadNothing(gateway, 40);
    await expect.poll(() => connectionsOf(gateway), { timeout: 10_000 }).toBe(0);
    socket.terminate();
  });

  test('of a WebSocket is cut off at a heartbeat although it answers pings, if some megabytes wait', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const limits = { ...defaultLimits, maxAnswerBytes: 100_000_000 };
    let answered = 0;
    await using gateway = await startStreams({
      limits,
      answer: async () => {
        answered += 1;
        return large;
      },
    });
    const socket = await askAndReadNothing(gateway, 30);
    await expect.poll(() => answered).toBe(30);
    expect(await connectionsOf(gateway)).toBe(1);
    // Pongs of its own accord.
    const beat = async () => {
      socket.pong();
      await setTimeout(200);
      vi.advanceTimersByTime(12_000);
    };
    await beat();
    await beat();
    await expect.poll(() => connectionsOf(gateway)).toBe(0);
    socket.terminate();
  });

  test('has so much waiting for all its WebSockets together', async () => {
    const limits = { ...defaultLimits, maxAnswerBytes: 6_000_000 };
    await using gateway = await startStreams({
      limits,
      answer: async () => ({ data: { a: 'x'.repeat(8_000_000) } }),
    });
    const sockets: WebSocket[] = [];
    for (let count = 0; count < 12; count += 1) {
      sockets.push(await askAndReadNothing(gateway, 1));
    }
    await expect.poll(() => connectionsOf(gateway), { timeout: 10_000 }).toBeLessThan(6);
    expect(await connectionsOf(gateway)).toBeGreaterThan(1);
    for (const socket of sockets) {
      socket.terminate();
    }
  });
});

test('a client that does not read leaves the events where they are', async () => {
  await using gateway = await startStreams();
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  const body = JSON.stringify({ query });
  socket.pause();
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const stream = await gateway.streams.opened();
  const large = 'x'.repeat(100_000);
  for (let count = 0; count < 200; count += 1) {
    stream.next({ a: large });
  }
  await setTimeout(500);
  const waiting = stream.waiting;
  expect(waiting).toBeGreaterThan(50);
  await setTimeout(200);
  expect(stream.waiting).toBe(waiting);
  socket.destroy();
  await stream.closed;
});

test.each<[string, (gateway: StreamingGateway) => Promise<() => void>, string]>([
  [
    'sse',
    async (gateway) => {
      const client = new AbortController();
      await openEvents(gateway, {}, client.signal);
      return () => client.abort();
    },
    'CLIENT_GONE',
  ],
  [
    'websocket',
    async (gateway) =>
      socketClient(gateway).subscribe(
        { query },
        { next: () => undefined, complete: () => undefined, error: () => undefined },
      ),
    'CLIENT_GONE',
  ],
])('a stream over %s has a line in the log when it has ended', async (protocol, open, code) => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  await using gateway = await startStreams({ log });
  const close = await open(gateway);
  const stream = await gateway.streams.opened();
  stream.next({ a: 1 });
  stream.push({ kind: 'lagged', message: 'Read again.', cursor: null });
  await expect.poll(() => stream.waiting).toBe(0);
  await setTimeout(50);
  close();
  await stream.closed;
  const line = {
    msg: 'a stream has ended',
    protocol,
    rootField: 'Subscription.a',
    subgraph: 'a',
    events: 1,
    lagged: 1,
  };
  await expect
    .poll(() => lines.filter(({ msg }) => msg === line.msg))
    .toMatchObject([{ ...line, code, audience: 'public', reqId: expect.any(String) }]);
  expect(JSON.stringify(lines)).not.toContain('subscription Watch');
});
