import type { FastifyInstance, FastifyReply } from 'fastify';

/** Aborts when the client goes away before its answer; Fastify's own signal looks at the request, which ends earlier. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone.signal;
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
  app.addHook('onSend', async (_request, reply) => {
    if (closing) {
      reply.header('connection', 'close');
    }
  });
}
