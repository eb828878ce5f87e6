/** What ends a stream from outside, and what clients are told. */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { anonymous, type Identity } from '../../../../gateway/access/caller.ts';
import { type StreamingGateway, startStreams } from './stub-streams.ts';

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
  // That twenty random times within five seconds are all within one is a matter of 1 in 10^12.
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
