/** What hooks see and decide of operations over a WebSocket, and of streams. */
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EndEvent, Hooks } from '../../../../gateway/hooks/hooks.ts';
import { openHooks } from '../../../../gateway/hooks/open-hooks.ts';
import { completed, type StreamingGateway, startStreams } from './stub-streams.ts';

const start = (hooks: Hooks): Promise<StreamingGateway> =>
  startStreams({ hooks: openHooks(hooks, { observer: {}, log: pino({ level: 'silent' }) }) });

/** A client whose handshake says who it is. */
class NamedSocket extends WebSocket {
  constructor(url: string, protocols: string) {
    super(url, protocols, { headers: { 'x-as': 'somebody' } });
  }
}

const clientOf = ({ socketUrl }: StreamingGateway) =>
  createClient({ url: socketUrl, webSocketImpl: NamedSocket, retryAttempts: 0 });

test('each operation over a WebSocket is a request for the hooks, with the headers of the handshake', async () => {
  const seen: unknown[] = [];
  const ends: EndEvent[] = [];
  await using gateway = await start({
    request: { asks: { headers: ['x-as'] }, run: ({ headers, method }) => void seen.push([headers, method]) },
    end: { run: (event) => void ends.push(event) },
  });
  const client = clientOf(gateway);
  expect((await client.iterate({ query: '{ a }' }).next()).value).toEqual({ data: { a: 1 } });
  expect((await client.iterate({ query: '{ b: a }' }).next()).value).toEqual({ data: { a: 1 } });
  expect(seen).toEqual([
    [{ 'x-as': 'somebody' }, 'POST'],
    [{ 'x-as': 'somebody' }, 'POST'],
  ]);
  await expect.poll(() => ends.length).toBeGreaterThanOrEqual(2);
  await client.dispose();
});

test('a hook refuses a subscription over a WebSocket', async () => {
  await using gateway = await start({ request: { run: () => ({ reject: { message: 'Not you.' } }) } });
  const refused = clientOf(gateway).iterate({ query: 'subscription { a }' }).next();
  await expect(refused).rejects.toEqual([{ message: 'Not you.', extensions: { code: 'FORBIDDEN' } }]);
});

test('the hook for errors sees the errors of each event', async () => {
  await using gateway = await start({
    error: { run: ({ errors }) => ({ errors: errors.map(() => ({ message: 'hidden' })) }) },
  });
  const events = clientOf(gateway).iterate({ query: 'subscription { a }' });
  const first = events.next();
  const stream = await gateway.streams.opened();
  const error = { message: 'secret', extensions: { code: 'X' } };
  stream.push({ kind: 'next', result: { data: { a: null }, errors: [error] } });
  stream.push(completed);
  expect((await first).value).toEqual({
    data: { a: null },
    errors: [{ message: 'hidden', extensions: { code: 'X' } }],
  });
});
