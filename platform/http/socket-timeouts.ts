import type { Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { FastifyHttpOptions } from 'fastify';

/** Time for a request's headers to arrive. */
const headersTimeoutMs = 5000;
/** Interval at which Node checks the timeouts of arriving requests. Its default, 30 s, would be the effective timeout. */
const checkingIntervalMs = 1000;
/** Time without a byte, beyond the time of a request: for clients that don't read their answer. */
const silenceTimeoutMs = 30_000;

/**
 * The socket timeouts of a server whose requests may take `requestTimeoutMs` to arrive. Node has three timeouts, and a
 * request is cut off only by the longest that applies, so all three are set. With `tls` it is an https server.
 */
export function socketTimeouts(
  requestTimeoutMs: number,
  tls: ServerOptions | null,
): Pick<FastifyHttpOptions<Server>, 'http' | 'requestTimeout' | 'connectionTimeout'> & {
  https?: ServerOptions;
} {
  const http = {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    connectionsCheckingInterval: checkingIntervalMs,
  };
  return {
    ...(tls === null ? { http } : { https: { ...http, ...tls } }),
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs + silenceTimeoutMs,
  };
}
