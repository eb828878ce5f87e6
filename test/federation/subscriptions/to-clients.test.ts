/** Events of foreign servers on their whole way to foreign clients, over a gateway with its HTTP server. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type RunningGateway, startOver } from '../../unit/gateway/from-file/running.ts';
import { type RawSubgraph, startRawSubgraph } from '../raw-answers/raw-subgraph.ts';
import { compose, link } from '../support/subgraphs.ts';
import { type BooksServer, booksSdl, startBooks } from './servers.ts';

/** The price of a book has one digit more than its id. */
const priceOf = (id: string): number => Number(`${id}0`);
const trusted = 'subscription Trusted { bookAdded { title price } }';
const query = 'subscription Added { bookAdded { title price } }';
const id = createHash('sha256').update(trusted).digest('hex');
const atlas = { id: '1', title: 'Atlas' };
const event = { data: { bookAdded: { title: 'Atlas', price: 10 } } };

const resources = new AsyncDisposableStack();
let books: BooksServer;
let prices: RawSubgraph;
let supergraph: string;
let gateway: RunningGateway;
/** Serves only trusted documents. */
let strict: RunningGateway;
const start = (env: NodeJS.ProcessEnv = {}) =>
  startOver({ file: supergraph }, env, {
    subgraphs: {
      books: { url: books.url.href, subscriptions: { protocol: 'sse' } },
      prices: { url: prices.url.href },
    },
  });
beforeAll(async () => {
  books = resources.use(await startBooks('GraphQL Yoga'));
  prices = resources.use(
    await startRawSubgraph(({ text }) => {
      const { variables } = JSON.parse(text) as { variables?: { representations?: { id: string }[] } };
      const entities = (variables?.representations ?? []).map((book) => ({ price: priceOf(book.id) }));
      return JSON.stringify({ data: { _entities: entities } });
    }),
  );
  const { path } = resources.use(await openTemporaryFolder());
  supergraph = join(path, 'supergraph.graphql');
  const composed = compose({
    books: { sdl: link + booksSdl },
    prices: { sdl: `${link}type Book @key(fields: "id") { id: ID! price: Int }` },
  });
  await writeFile(supergraph, composed);
  await writeFile(join(path, 'manifest.json'), JSON.stringify({ [id]: trusted }));
  gateway = resources.use(await start());
  strict = resources.use(await start({ TRUSTED_DOCUMENTS_DIR: path, TRUSTED_DOCUMENTS_MODE: 'require' }));
});
afterAll(() => resources.disposeAsync());

const sse = ({ url }: RunningGateway) => createEventClient({ url, retryAttempts: 0 });
const webSocket = ({ url }: RunningGateway) =>
  createSocketClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });

describe.each([
  ['Server-Sent Events', sse],
  ['graphql-ws', webSocket],
])('over %s', (_name, clientOf) => {
  test('each event is joined with what other subgraphs have', async () => {
    const events = clientOf(gateway).iterate({ query });
    const first = events.next();
    await books.hasOpen(1);
    books.add(atlas);
    expect((await first).value).toEqual(event);
    await events.return?.();
    await books.hasOpen(0);
  });

  test('only trusted documents are served, if the gateway requires them', async () => {
    const refused = await clientOf(strict)
      .iterate({ query })
      .next()
      .catch((error: unknown) => error);
    expect(JSON.stringify(refused)).toContain('QUERY_NOT_IN_SAFELIST');
    const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
    const events = clientOf(strict).iterate({ query: trusted, extensions });
    const first = events.next();
    await books.hasOpen(1);
    books.add(atlas);
    expect((await first).value).toEqual(event);
    await events.return?.();
    await books.hasOpen(0);
  });
});

test('a subscription without a way to send events is told how to ask', async () => {
  const { body } = await gateway.ask(query);
  expect(body.errors).toMatchObject([
    {
      message: expect.stringContaining('text/event-stream'),
      extensions: { code: 'OPERATION_NOT_SUPPORTED' },
    },
  ]);
});

test('a WebSocket client may send the id of a document alone', async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
  const events = webSocket(strict).iterate({ query: '', extensions });
  const first = events.next();
  await books.hasOpen(1);
  books.add(atlas);
  expect((await first).value).toEqual(event);
  await events.return?.();
  await books.hasOpen(0);
});
