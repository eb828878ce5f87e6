import { Pool } from 'undici';
import type { ClientTls } from '../../platform/tls/client.ts';
import { createConnector } from '../../platform/tls/connector.ts';

export interface GraphPing {
  /**
   * Resolves if the graph answers. The check needs no token.
   * @throws Error if no answer comes in time, or if the graph can't serve
   */
  ping(signal: AbortSignal): Promise<void>;
}

const connectTimeoutMs = 2_000;

/** Pings use a connection of their own, so that they don't wait behind calls. */
export function createGraphPing(url: URL, tls: ClientTls | null): GraphPing & AsyncDisposable {
  const pool = new Pool(url.origin, { connections: 1, connect: createConnector(tls, connectTimeoutMs) });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify({ query: '{ __typename }' });
  return {
    async ping(signal) {
      const answer = await pool.request({ method: 'POST', path: url.pathname, headers, body, signal });
      await answer.body.dump();
      // Any status below 500 is enough. The gateway may refuse this document because it accepts only known ones, but
      // even a refusal shows that it answers.
      if (answer.statusCode >= 500) {
        throw new Error(`the graph answers with status ${answer.statusCode}`);
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}
