/** The documents of the protocols, point by point. docs/streams.md has what a server may choose. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { completed, type StreamingGateway, startStreams } from './stub-streams.ts';

const query = 'subscription { a }';

let gateway: StreamingGateway;
beforeEach(async () => {
  gateway = await startStreams({ corsOrigins: ['https://app.example'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await gateway[Symbol.asyncDispose]();
});

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket, what it has received, and why it was closed. */
async function openSocket({
  protocol = 'graphql-transport-ws',
  origin,
}: {
  protocol?: string;
  origin?: string;
} = {}) {
  const socket = new WebSocket(gateway.socketUrl, protocol, { ...(origin !== undefined && { origin }) });
  const received: Message[] = [];
  let closed: { code: number; reason: string } | null = null;
  socket.on('message', (data) => received.push(JSON.parse(String(data)) as Message));
  socket.on('close', (code, reason) => {
    closed = { code, reason: String(reason) };
  });
  await once(socket, 'open');
  return {
    socket,
    received,
    closed: () => closed,
    send: (message: object | string) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

async function openConnection() {
  const connection = await openSocket();
  connection.send({ type: 'connection_init' });
  await expect.poll(() => connection.received).toEqual([{ type: 'connection_ack' }]);
  connection.received.length = 0;
  return connection;
}

const subscribe = (id: string, text = query) => ({ id, type: 'subscribe', payload: { query: text } });

describe('graphql-transport-ws', () => {
  test('another subprotocol is closed with 4406', async () => {
    const socket = new WebSocket(gateway.socketUrl);
    const [code] = await once(socket, 'close');
    expect(code).toBe(4406);
  });

  test('a client that does not initialise the connection is closed with 4408', async () => {
    const { closed } = await openSocket();
    await expect.poll(closed, { timeout: 5_000 }).toMatchObject({ code: 4408 });
  });

  test('a second initialisation is closed with 4429', async () => {
    const { send, closed } = await openConnection();
    send({ type: 'connection_init' });
    await expect.poll(closed).toMatchObject({ code: 4429 });
  });

  test('an operation before the initialisation is closed with 4401', async () => {
    const { send, closed } = await openSocket();
    send(subscribe('1'));
    await expect.poll(closed).toMatchObject({ code: 4401 });
  });

  test('a second operation with the same id is closed with 4409, and the first ends', async () => {
    const { send, closed } = await openConnection();
    send(subscribe('1'));
    const stream = await gateway.streams.opened();
    send(subscribe('1'));
    await expect.poll(closed).toEqual({ code: 4409, reason: 'Subscriber for 1 already exists' });
    await stream.closed;
  });

  test.each([
    ['no JSON', 'hello'],
    ['an unknown type', { type: 'start' }],
    ['an operation without an id', { type: 'subscribe', payload: { query } }],
    ['an operation without a text', { id: '1', type: 'subscribe', payload: {} }],
  ])('a message that is %s is closed with 4400', async (_what, message) => {
    const { send, closed } = await openConnection();
    send(message);
    await expect.poll(closed).toMatchObject({ code: 4400 });
  });

  test('a message that is too long is closed with 1009', async () => {
    const { send, closed } = await openConnection();
    send(subscribe('1', `${query} # ${'x'.repeat(200_000)}`));
    await expect.poll(closed).toMatchObject({ code: 1009 });
  });

  test('a ping gets a pong with its payload, also before the initialisation', async () => {
    const { send, received } = await openSocket();
    send({ type: 'ping', payload: { at: 1 } });
    await expect.poll(() => received).toEqual([{ type: 'pong', payload: { at: 1 } }]);
  });

  test('a stream has next messages with its id, then complete; then the id is free', async () => {
    const { send, received } = await openConnection();
    send(subscribe('1'));
    const stream = await gateway.streams.opened();
    stream.next({ a: 1 });
    stream.push(completed);
    const whole = [
      { id: '1', type: 'next', payload: { data: { a: 1 } } },
      { id: '1', type: 'complete' },
    ];
    await expect.poll(() => received).toEqual(whole);
    send(subscribe('1'));
    (await gateway.streams.opened()).push(completed);
    await expect.poll(() => received.length).toBe(3);
  });

  test('several streams share a socket', async () => {
    const { send, received } = await openConnection();
    send(subscribe('1'));
    const first = await gateway.streams.opened();
    send(subscribe('2'));
    const second = await gateway.streams.opened();
    second.next({ a: 2 });
    await expect.poll(() => received.length).toBe(1);
    first.next({ a: 1 });
    await expect.poll(() => received.map(({ id }) => id)).toEqual(['2', '1']);
  });

  test('after complete from the client, no event of the stream follows', async () => {
    const { send, received } = await openConnection();
    send(subscribe('1'));
    const stream = await gateway.streams.opened();
    send({ id: '1', type: 'complete' });
    await stream.closed;
    stream.next({ a: 1 });
    send({ type: 'ping' });
    await expect.poll(() => received).toEqual([{ type: 'pong' }]);
  });

  test('complete for an unknown id is ignored', async () => {
    const { send, received } = await openConnection();
    send({ id: '7', type: 'complete' });
    send({ type: 'ping' });
    await expect.poll(() => received).toEqual([{ type: 'pong' }]);
  });

  test('a refused subscription has an error message and no complete', async () => {
    const { send, received } = await openConnection();
    send(subscribe('1', 'subscription { refused }'));
    send({ type: 'ping' });
    await expect.poll(() => received.length).toBe(2);
    expect(received).toContainEqual({
      id: '1',
      type: 'error',
      payload: [{ message: 'No.', extensions: { code: 'NO' } }],
    });
  });

  test('a query has one next message and complete', async () => {
    const { send, received } = await openConnection();
    send(subscribe('1', '{ a }'));
    await expect
      .poll(() => received)
      .toEqual([
        { id: '1', type: 'next', payload: { data: { a: 1 } } },
        { id: '1', type: 'complete' },
      ]);
  });

  test.each([
    ['a ping with a long payload', { type: 'ping', payload: { text: 'x'.repeat(5_000) } }],
    ['an operation with a long id', subscribe('x'.repeat(257))],
  ])('%s is closed with 4400', async (_what, message) => {
    const { send, closed } = await openConnection();
    send(message);
    await expect.poll(closed).toMatchObject({ code: 4400 });
  });

  test('an initialisation that is longer than headers may be is closed with 4400', async () => {
    const { send, closed } = await openSocket();
    send({ type: 'connection_init', payload: { text: 'x'.repeat(17_000) } });
    await expect.poll(closed).toMatchObject({ code: 4400 });
  });

  test('a client that sends too many messages is closed with 1013', async () => {
    const { send, closed } = await openConnection();
    for (let count = 0; count < 2_000; count += 1) {
      send({ id: String(count), type: 'complete' });
    }
    await expect.poll(closed).toMatchObject({ code: 1013, reason: 'Too many messages: send fewer.' });
  });

  test('a subscription with long variables is refused, and a query is not', async () => {
    const { send, received } = await openConnection();
    const variables = { text: 'x'.repeat(66_000) };
    send({ id: 's', type: 'subscribe', payload: { query, variables } });
    send({ id: 'q', type: 'subscribe', payload: { query: '{ a }', variables } });
    await expect
      .poll(() => received.map(({ type, id }) => `${type} ${id}`).sort())
      .toEqual(['complete q', 'error s', 'next q']);
    expect(received.find(({ id }) => id === 's')?.payload).toMatchObject([
      { extensions: { code: 'PAYLOAD_TOO_LARGE' } },
    ]);
  });

  test('a client that answers no ping is cut off', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { socket, send } = await openConnection();
    send(subscribe('1'));
    const stream = await gateway.streams.opened();
    socket.pause();
    vi.advanceTimersByTime(12_000);
    vi.advanceTimersByTime(12_000);
    await stream.closed;
  });

  test.each([
    ['another origin', 'https://evil.example', 403],
    ['no origin at all', undefined, null],
    ['an allowed origin', 'https://app.example', null],
  ])('a page on %s', async (_what, origin, status) => {
    const socket = new WebSocket(gateway.socketUrl, 'graphql-transport-ws', {
      ...(origin !== undefined && { origin }),
    });
    const refused = new Promise((resolve) => {
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      socket.once('open', () => resolve(null));
    });
    expect(await refused).toBe(status);
    socket.on('error', () => undefined);
    socket.terminate();
  });

  test('a page on the same origin may open a socket', async () => {
    const { socket } = await openSocket({ origin: gateway.url.replace('/graphql', '') });
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  test('other paths upgrade nothing', async () => {
    const socket = new WebSocket(gateway.socketUrl.replace('/graphql', '/health/live'));
    const [, { statusCode }] = await once(socket, 'unexpected-response');
    expect(statusCode).toBe(200);
    socket.on('error', () => undefined);
    socket.terminate();
  });
});

const post = (accept: string, text = query, signal?: AbortSignal) =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'accept-encoding': 'gzip' },
    body: JSON.stringify({ query: text }),
    ...(signal !== undefined && { signal }),
  });

/** Reads a body while it arrives. */
function readBody({ body }: Response): { text: string } {
  const seen = { text: '' };
  const read = async () => {
    for await (const chunk of body ?? []) {
      seen.text += Buffer.from(chunk).toString();
    }
  };
  read().catch(() => undefined);
  return seen;
}

describe('Server-Sent Events', () => {
  test('have their media type, are not kept by caches or buffers, and are not compressed', async () => {
    const answering = post('text/event-stream');
    const stream = await gateway.streams.opened();
    const { status, headers } = await answering;
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-accel-buffering')).toBe('no');
    stream.push(completed);
  });

  test('errors before the execution are events', async () => {
    const response = await post('text/event-stream', 'subscription { refused }');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      'event: next\ndata: {"errors":[{"message":"No.","extensions":{"code":"NO"}}]}\n\nevent: complete\ndata:\n\n',
    );
  });

  test('a query of a client that takes events alone is one event', async () => {
    const response = await post('text/event-stream', '{ a }');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe('event: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n');
  });

  test('a query of a client that takes JSON, too, is JSON', async () => {
    const response = await post('application/json, text/event-stream', '{ a }');
    expect(await response.json()).toEqual({ data: { a: 1 } });
  });

  test('a client that closes the connection ends the stream', async () => {
    const client = new AbortController();
    const answering = post('text/event-stream', query, client.signal);
    const stream = await gateway.streams.opened();
    await answering;
    client.abort();
    await stream.closed;
  });

  test('GET opens no stream', async () => {
    const response = await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(response.status).toBe(405);
  });

  test('a silent stream has heartbeats', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const answering = post('text/event-stream');
    const stream = await gateway.streams.opened();
    const seen = readBody(await answering);
    await expect.poll(() => seen.text).toBe(':\n\n');
    vi.advanceTimersByTime(12_000);
    await expect.poll(() => seen.text).toBe(':\n\n:\n\n');
    stream.push(completed);
  });
});

describe('multipart subscriptions', () => {
  const accept = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json';
  const part = (json: string) =>
    `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--graphql`;

  test('have events below payload, in parts that are complete at once', async () => {
    const answering = post(accept);
    const stream = await gateway.streams.opened();
    const response = await answering;
    expect(response.headers.get('content-type')).toBe(
      'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
    );
    const seen = readBody(response);
    const opening = `\r\n--graphql${part('{}')}`;
    await expect.poll(() => seen.text).toBe(opening);
    stream.next({ a: 1 });
    const first = `${opening}${part('{"payload":{"data":{"a":1}}}')}`;
    await expect.poll(() => seen.text).toBe(first);
    stream.push(completed);
    await expect.poll(() => seen.text).toBe(`${first}--\r\n`);
  });

  test('an error that ends the stream has a payload of null', async () => {
    const answering = post(accept);
    const stream = await gateway.streams.opened();
    const seen = readBody(await answering);
    stream.push({ kind: 'end', code: 'LOST', message: 'Lost.', retryAfterMs: null });
    const error =
      '{"payload":null,"errors":[{"message":"Lost.","extensions":{"code":"LOST","retryAfterMs":null}}]}';
    await expect.poll(() => seen.text).toContain(`${part(error)}--\r\n`);
  });

  test('heartbeats are empty objects', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const answering = post(accept);
    const stream = await gateway.streams.opened();
    const seen = readBody(await answering);
    await expect.poll(() => seen.text).toContain('{}');
    vi.advanceTimersByTime(12_000);
    await expect.poll(() => seen.text).toBe(`\r\n--graphql${part('{}')}${part('{}')}`);
    stream.push(completed);
  });

  test('a refused subscription is a whole answer', async () => {
    const response = await post(accept, 'subscription { refused }');
    expect(await response.json()).toEqual({ errors: [{ message: 'No.', extensions: { code: 'NO' } }] });
  });
});
