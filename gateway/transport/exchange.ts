import { Pool } from 'undici';
import { dispatch, type Received } from './dispatch.ts';

/** What is sent to a subgraph's endpoint. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends to one endpoint and reads the whole answer. Rejects as undici does, and where `signal` aborts. */
export type Exchange = (sent: Sent, signal: AbortSignal) => Promise<Received>;

/** Connections to one subgraph, kept open between requests. Disposing of them waits for what is under way. */
export interface Connections extends AsyncDisposable {
  readonly post: Exchange;
  get(path: string, signal: AbortSignal): Promise<Received>;
}

/** Connections to one subgraph; further requests wait for one. */
const connections = 64;

/** `endpoint` is where GraphQL is; other paths are at the same origin. An answer has at most `maxBytes`. */
export function openConnections(endpoint: URL, maxBytes: number): Connections {
  // The signal ends what takes too long: undici's own clocks would only cost.
  const pool = new Pool(endpoint.origin, {
    connections,
    maxResponseSize: maxBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const path = endpoint.pathname + endpoint.search;
  return {
    post: ({ headers, body }, signal) => dispatch(pool, { method: 'POST', path, headers, body }, signal),
    get: (other, signal) => dispatch(pool, { method: 'GET', path: other }, signal),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
