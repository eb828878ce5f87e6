import type { FastifyInstance } from 'fastify';
import { listenAt } from '../../platform/ports/listen.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { createEdgeServer, type EdgeServerOptions, statusOf } from '../server/create-server.ts';
import { startExpiredRemoval } from '../server/remove-expired.ts';
import { answerError, errorBody } from './http/answers.ts';
import type { WebService } from './service.ts';
import { maxBodyBytes, webPages } from './web-pages.ts';

export interface WebServerOptions
  extends WebService,
    Pick<EdgeServerOptions, 'trustedProxies' | 'tls' | 'graphPing'> {
  readonly host: string;
  readonly port: number;
}

/** A listening server. Disposing of it finishes the requests under way, then closes everything. */
export interface WebServer extends AsyncDisposable {
  /**
   * Makes health checks report that the server isn't ready. Until the server is disposed of, it still answers requests.
   */
  announceStop(): void;
}

/** Time for a request, in ms. It is longer than the 14 s in which the graph must answer (`relayTimeoutMs`). */
export const requestTimeoutMs = 20_000;

/**
 * Resolves when the server listens. The server owns `options.state`, and closes the state when the server is disposed of.
 * A failed start also closes the state.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  await using resources = new AsyncDisposableStack();
  const { state, log, host, port } = options;
  resources.use(state);
  resources.use(startExpiredRemoval(state, log));
  const stopping = new AbortController();
  const app = createEdgeServer({
    ...options,
    bodyLimit: maxBodyBytes,
    requestTimeoutMs,
    stopping: stopping.signal,
  });
  resources.defer(() => app.close());
  addErrors(app, options);
  await app.register(webPages(options));
  await listenAt(app, { host, port, variable: 'PORT' });
  const running = resources.move();
  return {
    announceStop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function addErrors(app: FastifyInstance, { log }: WebService): void {
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < 500) {
      return reply.code(status).send(errorBody('BAD_REQUEST', "The request can't be read."));
    }
    log.error({ reqId: request.id, ...describeError(error) }, 'a request failed');
    return status === 503
      ? answerError(reply, 'UNAVAILABLE')
      : reply.code(status).send(errorBody('INTERNAL_SERVER_ERROR', 'Something went wrong here.'));
  });
  app.setNotFoundHandler((_request, reply) => answerError(reply, 'NOT_FOUND'));
}
