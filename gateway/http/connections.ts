import type { Server } from 'node:http';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply } from 'fastify';

/** Milliseconds for a request's headers. */
const headersTimeoutMs = 5000;
/** Milliseconds between two looks at what is late; Node's own, half a minute, would be what counts. */
const checkingIntervalMs = 1000;
/** Milliseconds without a byte, beside what a request may take: for clients that don't read their answer. */
const silenceTimeoutMs = 30_000;

/** The clocks of a server whose requests have `requestTimeoutMs` to come in: Node has several, and the longest counts. */
export function socketTimeouts(
  requestTimeoutMs: number,
): Pick<FastifyHttpOptions<Server>, 'http' | 'requestTimeout' | 'connectionTimeout'> {
  return {
    http: {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      connectionsCheckingInterval: checkingIntervalMs,
    },
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs + silenceTimeoutMs,
  };
}

/**
 * Aborts when the client goes away before its answer, or when that takes longer than `timeoutMs`. Fastify's own signal looks
 * at the request, which ends earlier; `AbortSignal.timeout()` and `any()` cost more than the rest of a small request.
 */
export function untilAnswered(reply: FastifyReply, timeoutMs: number): AbortSignal {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), timeoutMs);
  reply.raw.on('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) {
      ended.abort();
    }
  });
  return ended.signal;
}

/** Milliseconds for requests under way once the server closes; what is left of the five seconds is for the rest. */
const drainTimeoutMs = 3500;

/** A server that closes answers what is under way, and says on each answer that the connection ends with it. */
export function drainOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => app.server.closeAllConnections(), drainTimeoutMs).unref();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) {
      reply.header('connection', 'close');
    }
    done();
  });
}
