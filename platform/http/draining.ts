import type { FastifyInstance } from 'fastify';

/** A server's requests, while it stops. */
export interface DrainOptions {
  /** Aborts when the process is to stop. Requests are still taken then, until the server is closed. */
  readonly stopping: AbortSignal;
  /** Time that a request under way has after the server began to close, in ms. */
  readonly requestTimeoutMs: number;
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Makes a server stop without failing a request.
 *
 * 1. From `stopping` on each answer has `Connection: close`, so that clients go elsewhere with their next request. A
 *    connection that the server closed by itself could be closed under a request that is on its way.
 * 2. Once the server closes it accepts no connection, and what is under way has `requestTimeoutMs`. What isn't answered by
 *    then is cut, and counted in the log.
 */
export function addDraining(app: FastifyInstance, { stopping, requestTimeoutMs, log }: DrainOptions): void {
  let underWay = 0;
  let closing = false;
  const hasEnded = () => {
    underWay -= 1;
  };
  app.addHook('onRequest', (_request, reply, done) => {
    underWay += 1;
    reply.raw.on('close', hasEnded);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing || stopping.aborted) {
      reply.header('connection', 'close');
    }
    done();
  });
  app.addHook('preClose', (done) => {
    closing = true;
    const cutting = setTimeout(() => {
      log.warn({ requestsCut: underWay }, 'requests were not answered in time, and are cut');
      app.server.closeAllConnections();
    }, requestTimeoutMs);
    app.server.once('close', () => clearTimeout(cutting));
    done();
  });
}
