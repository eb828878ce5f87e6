import type { FastifyInstance } from 'fastify';
import { onRequestBegin, onResponseClose } from '../telemetry/request-events.ts';
import { headersTimeoutMs } from './socket-timeouts.ts';

/** How a server treats its requests while it stops. */
export interface DrainOptions {
  /** Aborts when the process is to stop. The server still accepts requests until it is closed. */
  readonly stopping: AbortSignal;
  /** Time for running requests after the server has begun to close, in ms. */
  readonly requestTimeoutMs: number;
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Makes a server stop without failing a request.
 *
 * 1. After `stopping` aborts, each answer has `Connection: close`, so that clients send their next request elsewhere.
 *    The server doesn't close the connection itself, because the next request could already be on its way.
 * 2. After the server begins to close, it accepts no new connection. Running requests have `requestTimeoutMs`. Then the
 *    rest are cut off, and their number is logged.
 */
export function addDraining(app: FastifyInstance, { stopping, requestTimeoutMs, log }: DrainOptions): void {
  let underWay = 0;
  let closing = false;
  let areOthersSilent = false;
  const cutSilent = () => {
    if (areOthersSilent && underWay === 0) {
      app.server.closeAllConnections();
    }
  };
  onRequestBegin(app, () => {
    underWay += 1;
  });
  onResponseClose(app, () => {
    underWay -= 1;
    cutSilent();
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
    // Node doesn't check a server's timeouts any more once the server closes. So this timer ends connections on which
    // no complete request has come.
    const cuttingSilent = setTimeout(() => {
      areOthersSilent = true;
      cutSilent();
    }, headersTimeoutMs);
    app.server.once('close', () => {
      clearTimeout(cutting);
      clearTimeout(cuttingSilent);
    });
    done();
  });
}
