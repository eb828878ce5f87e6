import type { IncomingMessage, Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { FastifyHttpOptions } from 'fastify';

/** Time for a request's headers to arrive, in ms. */
export const headersTimeoutMs = 5000;
/**
 * Interval at which Node checks the timeouts of arriving requests, in ms. With Node's default, 30 s, a request would be
 * cut off up to 30 s too late.
 */
const checkingIntervalMs = 1000;
/**
 * A connection without any traffic is closed after the time for a request and this additional time, in ms. So a client
 * that doesn't read its answer can't keep its connection open.
 */
const silenceTimeoutMs = 30_000;

/**
 * The socket timeouts of a server whose requests may take `requestTimeoutMs` to arrive. Three timeouts are set: for the
 * headers, for the whole request, and for a connection without traffic. The first may not be longer than the second.
 * With `tls` the server is an https server. `isUpgradable` returns whether a request may switch to another protocol.
 * These timeouts don't apply to such a request. By default, no request may switch.
 */
export function socketTimeouts(
  requestTimeoutMs: number,
  tls: ServerOptions | null,
  isUpgradable: (request: IncomingMessage) => boolean = () => false,
): Pick<FastifyHttpOptions<Server>, 'http' | 'requestTimeout' | 'connectionTimeout'> & {
  https?: ServerOptions;
} {
  const http = {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    connectionsCheckingInterval: checkingIntervalMs,
    shouldUpgradeCallback: isUpgradable,
  };
  return {
    ...(tls === null ? { http } : { https: { ...http, ...tls } }),
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs + silenceTimeoutMs,
  };
}
