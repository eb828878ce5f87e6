import { Pool } from 'undici';
import type { ClientTls } from '../../platform/tls/client.ts';
import { createConnector } from '../../platform/tls/connector.ts';
import { dispatch, type HttpResponse } from './dispatch.ts';

/** A POST to a subgraph's endpoint. */
export interface HttpPost {
  /** undici sends none that is undefined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Posts to one endpoint and reads the whole response. Rejects with undici's errors, and when `signal` aborts. */
export type Exchange = (post: HttpPost, signal: AbortSignal) => Promise<HttpResponse>;

/** A pool of connections to one subgraph, kept open between requests. Disposal waits for the requests under way. */
export interface ConnectionPool extends AsyncDisposable {
  readonly post: Exchange;
  /** `path` at the endpoint's origin. */
  get(path: string, signal: AbortSignal): Promise<HttpResponse>;
}

/** Connections to one subgraph; further requests wait for a free one. */
export const maxConnections = 64;

/** Time until a connection stands, in ms. A request has its own deadline; undici's default is the same. */
const connectTimeoutMs = 10_000;

/**
 * Creates the pool; it connects at the first request. `endpoint` is the GraphQL URL, `maxBytes` the largest response. `tls` is
 * asked for each new connection: the same object until something has changed. Null: Node's defaults. `connections`: how many.
 */
export function openConnectionPool(
  endpoint: URL,
  maxBytes: number,
  tls: ClientTls | null = null,
  connections = maxConnections,
): ConnectionPool {
  // The request's signal is the deadline. undici's own timers would only cost time.
  const pool = new Pool(endpoint.origin, {
    connections,
    maxResponseSize: maxBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: createConnector(tls, connectTimeoutMs),
  });
  const path = endpoint.pathname + endpoint.search;
  return {
    post: ({ headers, body }, signal) => dispatch(pool, { method: 'POST', path, headers, body }, signal),
    get: (otherPath, signal) => dispatch(pool, { method: 'GET', path: otherPath }, signal),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
