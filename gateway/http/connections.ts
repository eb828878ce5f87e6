import type { Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { FastifyHttpOptions, FastifyReply } from 'fastify';
import type { ServerTls } from '../../adapters/tls/server.ts';
import { ClientGone } from '../engine/request.ts';

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
  tls: ServerTls | null,
): Pick<FastifyHttpOptions<Server>, 'http' | 'requestTimeout' | 'connectionTimeout'> & {
  https?: ServerOptions;
} {
  const http = {
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    connectionsCheckingInterval: checkingIntervalMs,
  };
  return {
    ...(tls === null ? { http } : { https: { ...http, ...tls.options } }),
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs + silenceTimeoutMs,
  };
}

/**
 * A signal that aborts after `timeoutMs`, or with `ClientGone` when the client disconnects before its answer is sent. Not
 * Fastify's `request.signal`, which ends with the request's body. Not `AbortSignal.timeout()` with `any()`, which cost more
 * than the rest of a small request.
 */
export function createRequestSignal(reply: FastifyReply, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  reply.raw.on('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) {
      controller.abort(new ClientGone());
    }
  });
  return controller.signal;
}
