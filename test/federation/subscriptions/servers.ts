/** Subgraphs that send events, on third-party servers. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { StreamProtocol } from '../../../gateway/transport/foreign/stream-settings.ts';
import type { Issued } from '../../support/certificates.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';

/** The servers, and the protocol that each speaks. */
export const protocolOf = {
  'GraphQL Yoga': 'sse',
  'graphql-sse': 'sse',
  'graphql-ws': 'graphql-transport-ws',
} as const satisfies Readonly<Record<string, StreamProtocol>>;
export type ServerName = keyof typeof protocolOf;

export const booksSdl = `
  type Query { book: Book }
  type Subscription { bookAdded(branch: String): Book  failing: Book  counted: Long }
  scalar Long
  type Book @key(fields: "id") { id: ID! title: String }`;

export interface Added {
  readonly id: string;
  readonly title: string;
}

/** The subgraph *books*. Its events are made by the test. */
export interface BooksServer extends AsyncDisposable {
  readonly url: URL;
  /** The streams that are open, with their arguments. */
  readonly open: Set<EventStream>;
  /** The headers of each request for a stream, and the payloads of `connection_init`. */
  readonly headers: IncomingHttpHeaders[];
  readonly payloads: unknown[];
  /** Sends an event to all open streams. */
  add(book: Added): void;
  complete(): void;
  /** Resolves when this number of streams is open. */
  hasOpen(count: number): Promise<void>;
}

/** The events of one stream. */
class EventStream implements AsyncGenerator<unknown, void, void> {
  readonly #waiting: unknown[] = [];
  #wake = () => {};
  #hasEnded = false;
  readonly #onEnd: () => void;

  constructor(onEnd: (stream: EventStream) => void) {
    this.#onEnd = () => onEnd(this);
  }

  push(event: unknown): void {
    this.#waiting.push(event);
    this.#wake();
  }

  async next(): Promise<IteratorResult<unknown, void>> {
    while (this.#waiting.length === 0 && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#waiting.length > 0
      ? { done: false, value: this.#waiting.shift() }
      : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<unknown, void>> {
    this.#hasEnded = true;
    this.#onEnd();
    this.#wake();
    return { done: true, value: undefined };
  }

  throw(): Promise<IteratorResult<unknown, void>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

export async function startBooks(
  name: ServerName,
  { port = 0, certificate }: { readonly port?: number; readonly certificate?: Issued } = {},
): Promise<BooksServer> {
  const open = new Set<EventStream>();
  const headers: IncomingHttpHeaders[] = [];
  const payloads: unknown[] = [];
  const begin = () => {
    const stream = new EventStream((ended) => open.delete(ended));
    open.add(stream);
    return stream;
  };
  const schema = createSchema({
    typeDefs: booksSdl.replace('@key(fields: "id")', ''),
    resolvers: {
      Query: { book: () => ({ id: '0', title: 'Nought' }) },
      Subscription: {
        bookAdded: { subscribe: begin, resolve: (book: unknown) => book },
        failing: {
          subscribe: () => {
            throw new Error('no such events');
          },
        },
        counted: { subscribe: begin, resolve: () => JSON.rawJSON('9007199254740993') },
      },
    },
  });
  const handle = handlerOf(name, schema);
  const listener: RequestListener = (request, response) => {
    headers.push(request.headers);
    handle(request, response);
  };
  const server = certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
  const listening = await listenOnLoopback(server, port);
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  useServer(
    {
      schema,
      onConnect({ connectionParams, extra }) {
        headers.push(extra.request.headers);
        payloads.push(connectionParams);
        return extra.request.headers['x-tenant'] !== 'forbidden';
      },
    },
    sockets,
  );
  const scheme = certificate === undefined ? 'http' : 'https';
  return {
    url: new URL(`${scheme}://127.0.0.1:${listening.port}/graphql`),
    open,
    headers,
    payloads,
    add(book) {
      for (const stream of open) {
        stream.push(book);
      }
    },
    complete() {
      for (const stream of [...open]) {
        void stream.return();
      }
    },
    async hasOpen(count) {
      while (open.size !== count) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) {
        socket.terminate();
      }
      await listening[Symbol.asyncDispose]();
    },
  };
}

function handlerOf(name: ServerName, schema: GraphQLSchema): RequestListener {
  if (name === 'graphql-sse') {
    const handler = createHandler({ schema });
    return (request, response) => void handler(request, response);
  }
  const yoga = createYoga({ schema, logging: false });
  return (request, response) => void yoga(request, response);
}
