/** What ends a stream from outside, and what clients are told. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { anonymous, type Identity } from '../../../../gateway/access/caller.ts';
import type { GraphQLResult } from '../../../../gateway/engine/request.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { type StreamingGateway, type StubStream, startStreams } from './stub-streams.ts';

const query = 'subscription { a }';

let gateway: StreamingGateway;
let stopping: AbortController;
/** The identity of each token, which is sent as `Bearer NAME`. */
let identities: Map<string, Partial<Identity>>;
let hasEnded: (identity: Pick<Identity, 'patronId'>) => boolean;

beforeEach(async () => {
  stopping = new AbortController();
  identities = new Map([['reader', { patronId: 'P1', subject: 's1', expiresAt: Date.now() + 60_000 }]]);
  hasEnded = () => false;
  gateway = await startStreams({
    stopping: stopping.signal,
    hasEnded: (identity) => hasEnded(identity),
    issuers: {
      authenticate: async (header = '') => ({
        ...anonymous,
        ...identities.get(header.replace('Bearer ', '')),
        authenticated: header !== '',
        issuer: 'i',
      }),
    },
  });
});
afterEach(() => gateway[Symbol.asyncDispose]());

/** Opens a stream of Server-Sent Events. `text` is what has arrived. */
async function openEvents(token = 'reader') {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
  });
  const seen = { text: '', hasEnded: false };
  const read = async () => {
    for await (const chunk of response.body ?? []) {
      seen.text += Buffer.from(chunk).toString();
    }
    seen.hasEnded = true;
  };
  const reading = read();
  return { response, seen, reading };
}

/** Opens a stream over a WebSocket. Notes how often the socket was opened, and why it was closed. */
function openSocket(parameters: () => Record<string, string> = () => ({ authorization: 'Bearer reader' })) {
  const closes: { code: number; reason: string }[] = [];
  const results: unknown[] = [];
  const client = createClient({
    url: gateway.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: parameters,
    retryAttempts: 1,
    retryWait: () => Promise.resolve(),
    on: {
      closed(event) {
        const { code, reason } = event as CloseEvent;
        closes.push({ code, reason });
      },
    },
  });
  const stop = client.subscribe(
    { query },
    {
      next: (result) => results.push(result),
      error: (error) => results.push(error),
      complete: () => results.push('complete'),
    },
  );
  return { closes, results, stop };
}

describe('a token that expires', () => {
  test('ends Server-Sent Events with a code', async () => {
    identities.set('reader', { patronId: 'P1', expiresAt: Date.now() + 300 });
    const { seen, reading } = await openEvents();
    const stream = await gateway.streams.opened();
    stream.next({ a: 1 });
    await reading;
    await stream.closed;
    expect(seen.text).toContain('{"data":{"a":1}}');
    expect(seen.text).toContain('"code":"UNAUTHENTICATED"');
    expect(seen.text.endsWith('event: complete\ndata:\n\n')).toBe(true);
  });

  test('closes a WebSocket, and the client comes back with another token', async () => {
    identities.set('reader', { patronId: 'P1', expiresAt: Date.now() + 300 });
    identities.set('later', { patronId: 'P1', expiresAt: Date.now() + 60_000 });
    const tokens = ['later', 'reader'];
    const { closes, results, stop } = openSocket(() => ({ authorization: `Bearer ${tokens.pop()}` }));
    const first = await gateway.streams.opened();
    await first.closed;
    const second = await gateway.streams.opened();
    expect(second.request.caller).toMatchObject({ patronId: 'P1' });
    second.next({ a: 2 });
    await expect.poll(() => results).toEqual([{ data: { a: 2 } }]);
    expect(closes).toEqual([{ code: 4403, reason: expect.stringContaining('expired') }]);
    stop();
  });
});

test('the end of a sign-in ends the streams of its token, and no others', async () => {
  identities.set('other', { patronId: 'P2', subject: 's2', expiresAt: Date.now() + 60_000 });
  const ended = await openEvents();
  const other = await openEvents('other');
  await gateway.streams.opened();
  const stream = await gateway.streams.opened();
  hasEnded = ({ patronId }) => patronId === 'P1';
  await ended.reading;
  expect(ended.seen.text).toContain('sign in again');
  stream.next({ a: 1 });
  await expect.poll(() => other.seen.text).toContain('{"a":1}');
  expect(other.seen.hasEnded).toBe(false);
});

test('a process that is to stop refuses streams, and sends clients elsewhere over five seconds', async () => {
  const opened = await Promise.all(Array.from({ length: 20 }, () => openEvents()));
  const socket = openSocket();
  for (let count = 0; count < 21; count += 1) {
    await gateway.streams.opened();
  }
  const begun = performance.now();
  stopping.abort();
  const times = await Promise.all(
    opened.map(async ({ reading, seen }) => {
      await reading;
      expect(seen.text).toContain('"code":"STREAM_MOVED"');
      return performance.now() - begun;
    }),
  );
  expect(Math.max(...times)).toBeLessThan(6_000);
  // The probability that twenty random times in five seconds all lie within one second is about 1 in 10^12.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1_000);
  // The client comes back at once, and is refused here, because there is no other process.
  await expect.poll(() => socket.closes.map(({ code }) => code), { timeout: 6_000 }).toEqual([1012, 1013]);
  expect(socket.results).not.toContain('complete');
  const refused = await openEvents();
  expect(refused.response.status).toBe(503);
  socket.stop();
});

test('a server that closes ends all streams at once', async () => {
  const { seen, reading } = await openEvents();
  const socket = openSocket();
  const streams = [await gateway.streams.opened(), await gateway.streams.opened()];
  const closing = gateway.app.close();
  await reading;
  expect(seen.text).toContain('"code":"STREAM_MOVED"');
  await expect.poll(() => socket.closes[0]).toMatchObject({ code: 1012 });
  await Promise.all(streams.map(({ closed }) => closed));
  await Promise.race([closing, setTimeout(5_000).then(() => expect.fail('the server does not close'))]);
  socket.stop();
});

test('a new supergraph lets clients of graphql-ws come back by themselves', async () => {
  const { closes, results, stop } = openSocket();
  const first = await gateway.streams.opened();
  first.push({ kind: 'end', code: 'SUPERGRAPH_CHANGED', message: 'Changed.', retryAfterMs: 200 });
  const second = await gateway.streams.opened();
  second.next({ a: 2 });
  await expect.poll(() => results).toEqual([{ data: { a: 2 } }]);
  expect(closes).toMatchObject([{ code: 1012 }]);
  stop();
});

/** A WebSocket whose client speaks the protocol by hand. `received` has the types and ids of what has arrived. */
async function openRawSocket({ url, token = 'reader' }: { url: string; token?: string }) {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const received: string[] = [];
  const closed = Promise.withResolvers<number>();
  socket.on('message', (data) => {
    const { type, id } = JSON.parse(String(data)) as { type: string; id?: string };
    received.push(id === undefined ? type : `${type} ${id}`);
  });
  socket.on('close', (code) => closed.resolve(code));
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await expect.poll(() => received).toEqual(['connection_ack']);
  received.length = 0;
  const ask = (id: string, text: string) => send({ id, type: 'subscribe', payload: { query: text } });
  return { socket, received, closed: closed.promise, ask, send };
}

describe('an answer that is under way over a WebSocket is sent before the socket is closed', () => {
  interface Ending {
    endToken(): void;
    readonly stream: StubStream;
  }
  const changed = {
    kind: 'end',
    code: 'SUPERGRAPH_CHANGED',
    message: 'Changed.',
    retryAfterMs: 1_000,
  } as const;
  test.each<[string, (ending: Ending) => void, number]>([
    ['when the token ends', ({ endToken }) => endToken(), 4403],
    ['when the supergraph changes', ({ stream }) => stream.push(changed), 1012],
  ])('%s, and nothing new is begun', async (_when, end, closeCode) => {
    const answering = Promise.withResolvers<GraphQLResult>();
    const executed: string[] = [];
    let hasTokenEnded = false;
    await using streaming = await startStreams({
      hasEnded: () => hasTokenEnded,
      answer({ parameters }) {
        executed.push(parameters.query);
        return parameters.query.includes('slow') ? answering.promise : Promise.resolve({ data: { a: 1 } });
      },
    });
    const { received, closed, ask, send } = await openRawSocket({ url: streaming.socketUrl });
    ask('s', query);
    const stream = await streaming.streams.opened();
    ask('m', 'mutation { slow }');
    await expect.poll(() => executed).toHaveLength(1);
    end({
      endToken: () => {
        hasTokenEnded = true;
      },
      stream,
    });
    // An operation before a ping is begun before the pong is sent, or never.
    for (let count = 1, begun = 0; begun < executed.length; count += 1) {
      begun = executed.length;
      await setTimeout(50);
      ask(`later${count}`, 'mutation { quick }');
      send({ type: 'ping' });
      await expect.poll(() => received.filter((type) => type === 'pong')).toHaveLength(count);
    }
    stream.next({ a: 1 });
    answering.resolve({ data: { a: 1 } });
    expect(await closed).toBe(closeCode);
    expect(received.slice(-2)).toEqual(['next m', 'complete m']);
    expect(received).not.toContain('next s');
    await stream.closed;
  });
});

test('a server that closes sends the answers under way over WebSockets', async () => {
  const answering = Promise.withResolvers<GraphQLResult>();
  const asked = Promise.withResolvers<void>();
  await using streaming = await startStreams({
    answer() {
      asked.resolve();
      return answering.promise;
    },
  });
  const { received, closed, ask } = await openRawSocket({ url: streaming.socketUrl });
  ask('m', 'mutation { first }');
  await asked.promise;
  const closing = streaming.app.close();
  await setTimeout(300);
  answering.resolve({ data: { a: 1 } });
  expect(await closed).toBe(1012);
  expect(received).toEqual(['next m', 'complete m']);
  await closing;
});

test('a client whose answer never comes is sent elsewhere after the time of a request', async () => {
  const limits = { ...defaultLimits, requestTimeoutMs: 100 };
  const asked = Promise.withResolvers<void>();
  await using streaming = await startStreams({
    limits,
    answer() {
      asked.resolve();
      return new Promise(() => undefined);
    },
  });
  const { closed, ask } = await openRawSocket({ url: streaming.socketUrl });
  ask('q', '{ a }');
  await asked.promise;
  const closing = streaming.app.close();
  expect(await closed).toBe(1012);
  await closing;
});
