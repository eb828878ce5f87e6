import accepts from '@fastify/accepts';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { addDraining } from '../../platform/http/draining.ts';
import { addForwardedAddresses } from '../../platform/http/forwarded-addresses.ts';
import { addHealthRoutes, type Health } from '../../platform/http/health.ts';
import { requestIdHeader, requestIdOf } from '../../platform/http/request-id.ts';
import { socketTimeouts } from '../../platform/http/socket-timeouts.ts';
import { addStrictTransport } from '../../platform/http/strict-transport.ts';
import { onRequestBegin, onRequestEnd } from '../../platform/telemetry/request-events.ts';
import { addRequestLog } from '../../platform/telemetry/request-log.ts';
import { addServerSpans } from '../../platform/telemetry/served-requests.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import { HttpError } from '../engine/request.ts';
import type { GatewayObserver } from '../observer.ts';
import { answerError, errorBody, shownErrorOf } from './answer-errors.ts';
import { addCompression } from './compression.ts';
import { addCors } from './cors.ts';
import { addGraphql, type GraphqlOptions, graphqlRoute } from './graphql-route.ts';
import { addGraphiQL, type IdeOptions } from './pages/ide.ts';
import { addPortal, type PortalFiles } from './pages/portal.ts';
import { answerHeaders } from './protocol.ts';
import { addLogDetails, addReports, describeInSpan, endHooks, reportError } from './request-report.ts';
import { isUpgradable } from './streams/websocket/web-sockets.ts';

export interface GatewayOptions extends GraphqlOptions {
  /** Addresses and networks of proxies. Only their `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Null if the server uses plain http. */
  readonly tls: ServerTls | null;
  readonly observer?: GatewayObserver;
  readonly health: Health;
  /** Null if GraphiQL is not served. */
  readonly ide: IdeOptions | null;
  /** Null if the portal is not served. */
  readonly portal: PortalFiles | null;
  readonly log: FastifyBaseLogger;
}

const isForSockets = isUpgradable(graphqlRoute);

/** Creates the HTTP server with all its routes. The caller must call `listen` and `close`. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { observer = {} } = options;
  const app = Fastify({
    loggerInstance: options.log,
    // One logger serves all requests, because a child logger for each request costs time. Lines about a request have
    // its `reqId`.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.limits.maxBodyBytes,
    ...socketTimeouts(options.limits.requestTimeoutMs, options.tls?.options ?? null, isForSockets),
    forceCloseConnections: 'idle',
    // A request that arrives while the server is closing is answered like any other.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: requestIdOf,
    // With an empty list, Fastify would look for forwarded addresses in each request.
    trustProxy: options.trustedProxies.length > 0 && [...options.trustedProxies],
    frameworkErrors: (_error, request, reply) =>
      withHeaders(reply as FastifyReply, request as FastifyRequest)
        .code(400)
        .send(errorBody(new HttpError(400, 'BAD_REQUEST', "The URL can't be read."))),
  });
  addForwardedAddresses(app);
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => {
    const httpError = shownErrorOf(error);
    if (request.routeOptions.url === graphqlRoute) {
      observer.rejected?.(httpError.code);
    }
    reportError(request, httpError.code);
    return answerError(error, httpError, request, reply);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody(new HttpError(404, 'NOT_FOUND', 'There is nothing here: try /graphql.'))),
  );
  options.tls?.renewOn(app.server);
  addDraining(app, {
    stopping: options.stopping,
    requestTimeoutMs: options.limits.requestTimeoutMs,
    log: options.log,
  });
  addStrictTransport(app);
  observer.watchServer?.(app);
  addReports(app);
  onRequestBegin(app, (request, reply) => void withHeaders(reply, request));
  addRequestLog(app, { log: options.log, addDetails: addLogDetails });
  await app.register(accepts);
  // The plugin gives `/graphql` a Fastify scope of its own: only this route needs CORS and compression.
  const graphqlScope: FastifyPluginAsync = async (scope) => {
    addServerSpans(scope, describeInSpan);
    await addCors(scope, options.corsOrigins);
    await addCompression(scope);
    if (options.hooks !== undefined) {
      onRequestEnd(scope, endHooks);
    }
    await addGraphql(scope, options, observer);
  };
  await app.register(graphqlScope);
  addHealthRoutes(app, options.health, options.stopping);
  observer.watchHealth?.(options.health);
  if (options.ide !== null) {
    await addGraphiQL(app, options.ide);
  }
  if (options.portal !== null) {
    await addPortal(app, options.portal, { hasGraphiQL: options.ide?.hasGuides === true });
  }
  return app;
}

/** Sets the headers that every answer has. */
function withHeaders(reply: FastifyReply, { id }: FastifyRequest): FastifyReply {
  return reply.headers(answerHeaders).header(requestIdHeader, id);
}
