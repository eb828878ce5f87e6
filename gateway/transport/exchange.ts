import { Pool } from 'undici';

/** What is sent to a subgraph's endpoint. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Received {
  readonly status: number;
  readonly text: string;
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
/** Bytes of one answer. */
const maxResponseSize = 8 * 1024 * 1024;

/** `endpoint` is where GraphQL is; other paths are at the same origin. */
export function openConnections(endpoint: URL): Connections {
  const pool = new Pool(endpoint.origin, { connections, maxResponseSize });
  const path = endpoint.pathname + endpoint.search;
  return {
    async post({ headers, body }, signal) {
      const response = await pool.request({ method: 'POST', path, headers, body, signal });
      return { status: response.statusCode, text: await response.body.text() };
    },
    async get(other, signal) {
      const response = await pool.request({ method: 'GET', path: other, signal });
      return { status: response.statusCode, text: await response.body.text() };
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
