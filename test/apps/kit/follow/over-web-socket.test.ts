/** Streams over WebSockets, with graphql-ws on both sides. */
import { createServer } from 'node:http';
import { type FollowStatus, follow, overWebSocket, type TypedDocumentNode } from '@patron-graph/kit';
import { buildSchema, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listenOnLoopback } from '../../../support/servers/loopback.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Change { id: ID!, cursor: String! }
  type Subscription { changes(after: [String!], upTo: Int!): Change }
`);
const document = parse(`subscription ($after: [String!], $upTo: Int!) {
  changes(after: $after, upTo: $upTo) { id cursor }
}`) as TypedDocumentNode<
  { readonly changes: { readonly id: string; readonly cursor: string } | null },
  { readonly after?: readonly string[] | null; readonly upTo: number }
>;

/** A log of which a stream tells what is after the cursor, and then waits. */
async function* changes({
  after,
  upTo,
}: {
  readonly after: readonly string[] | null;
  readonly upTo: number;
}) {
  for (let number = Number(after?.[0] ?? 0) + 1; number <= upTo; number += 1) {
    yield { changes: { id: String(number), cursor: String(number) } };
  }
  await new Promise(() => undefined);
}

async function startServer(accepts: (authorization: unknown) => boolean = () => true) {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, path: '/graphql' });
  useServer(
    {
      schema,
      roots: { subscription: { changes } },
      onConnect: ({ connectionParams }) => accepts(connectionParams?.authorization),
    },
    sockets,
  );
  const { origin, [Symbol.asyncDispose]: dispose } = await listenOnLoopback(http);
  return { url: `${origin.replace('http', 'ws')}/graphql`, sockets, [Symbol.asyncDispose]: dispose };
}

/** Follows until this many changes were told. */
async function followUntil(
  count: number,
  url: string,
  { onEvent = async () => undefined }: { onEvent?(id: string): Promise<void> } = {},
) {
  const closing = new AbortController();
  const told: string[] = [];
  const statuses: FollowStatus[] = [];
  const transport = overWebSocket({
    url,
    createClient,
    webSocketImpl: WebSocket,
    token: ({ isTokenRefused }) => (isTokenRefused ? 'new' : 'old'),
  });
  await follow(transport, document, (data) => data.changes, {
    variables: { upTo: count },
    after: ['0'],
    async onEvent({ id }) {
      await onEvent(id);
      told.push(id);
      if (told.length === count) {
        closing.abort();
      }
    },
    onReadAnew: () => Promise.reject(new Error('nothing to read')),
    onStatus: (status) => statuses.push(status),
    signal: closing.signal,
    silentMs: 500,
    random: () => 0.01,
  });
  return { told, statuses };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

test('a socket that is dead without a close is given up, and the next one goes on from the last cursor', async () => {
  await using server = await startServer();
  let connections = 0;
  server.sockets.on('connection', (socket) => {
    connections += 1;
    if (connections === 1) {
      // Two events pass. Then nothing is sent any more, not even a pong or a close.
      const send = socket.send.bind(socket);
      let messages = 0;
      socket.send = (...args: unknown[]) => {
        messages += 1;
        if (messages <= 3) {
          Reflect.apply(send, socket, args);
        } else {
          (args.at(-1) as () => void)();
        }
      };
    }
  });
  const { told, statuses } = await followUntil(5, server.url);
  expect(told).toEqual(upTo(5));
  expect(statuses).toContain('lost');
  expect(connections).toBe(2);
});

test('a refused token is asked for again', async () => {
  const asked: unknown[] = [];
  await using server = await startServer((authorization) => {
    asked.push(authorization);
    return authorization === 'Bearer new';
  });
  expect((await followUntil(2, server.url)).told).toEqual(upTo(2));
  expect(asked).toEqual(['Bearer old', 'Bearer new']);
});

test('a slow screen is told everything in order, even if more events come than may wait for it', async () => {
  await using server = await startServer();
  const { told } = await followUntil(1_500, server.url, {
    onEvent: async (id) => {
      if (id === '1') {
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
  });
  expect(told).toEqual(upTo(1_500));
});
