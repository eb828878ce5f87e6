import { type Dispatcher, Pool } from 'undici';
import type { ClientTls } from '../../platform/tls/client.ts';
import { createConnector } from '../../platform/tls/connector.ts';
import { dispatch, type HttpResponse } from './dispatch.ts';

export interface HttpPost {
  /** undici leaves out undefined headers. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Posts to one endpoint and reads the whole response. Rejects with the errors of `dispatch`. */
export type Exchange = (post: HttpPost, signal: AbortSignal) => Promise<HttpResponse>;

/** A pool of connections to one subgraph, kept open between requests. Disposing of it waits for the open requests. */
export interface ConnectionPool extends AsyncDisposable {
  readonly endpoint: URL;
  readonly post: Exchange;
  /** Gets `path` at the endpoint's origin. */
  get(path: string, signal: AbortSignal): Promise<HttpResponse>;
}

/** Time limit for opening a connection, in ms. It equals undici's default. A request has its own deadline. */
const connectTimeoutMs = 10_000;

/**
 * Creates the pool, which connects at the first request.
 * @param endpoint The GraphQL URL.
 * @param maxBytes The maximum size of a response.
 * @param tls The TLS settings, read for each new connection. Null: Node's defaults.
 * @param connections The maximum number of connections. Further requests wait for a free connection.
 */
export function openConnectionPool(
  endpoint: URL,
  maxBytes: number,
  tls: ClientTls | null,
  connections: number,
): ConnectionPool {
  // undici's own timers are off, because they cost time. The request's signal is the deadline.
  const pool = new Pool(endpoint.origin, {
    connections,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: createConnector(tls, connectTimeoutMs),
  });
  const path = endpoint.pathname + endpoint.search;
  const send = (options: Dispatcher.DispatchOptions, signal: AbortSignal) =>
    dispatch(pool, options, maxBytes, signal);
  return {
    endpoint,
    post: ({ headers, body }, signal) => send({ method: 'POST', path, headers, body }, signal),
    get: (otherPath, signal) => send({ method: 'GET', path: otherPath }, signal),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
