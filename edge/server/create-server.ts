/** The HTTP server of every edge: time-outs, draining, health, TLS, request ids, and one log line for each request. */
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { addDraining } from '../../platform/http/draining.ts';
import { addForwardedAddresses } from '../../platform/http/forwarded-addresses.ts';
import { addHealthRoutes, type Health } from '../../platform/http/health.ts';
import { requestIdHeader, requestIdOf } from '../../platform/http/request-id.ts';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { socketTimeouts } from '../../platform/http/socket-timeouts.ts';
import { addStrictTransport } from '../../platform/http/strict-transport.ts';
import {
  conditionTimes,
  DependencyWatch,
  pingCheck,
  type WatchTimes,
} from '../../platform/lifecycle/dependency-watch.ts';
import { siteOf } from '../../platform/lifecycle/network.ts';
import { onRequestBegin } from '../../platform/telemetry/request-events.ts';
import { addRequestLog } from '../../platform/telemetry/request-log.ts';
import { enterRequest } from '../../platform/telemetry/request-scope.ts';
import { addServerSpans, enterTraceContexts } from '../../platform/telemetry/served-requests.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import type { GraphPing } from '../graph/ping.ts';

export interface EdgeServerOptions {
  readonly bodyLimit: number;
  readonly requestTimeoutMs: number;
  /** The addresses and networks of proxies. `X-Forwarded-For` is used only if one of these proxies sent it. */
  readonly trustedProxies: readonly string[];
  /** Null for plain HTTP. */
  readonly tls: ServerTls | null;
  /**
   * The server's stored data. Health checks report the server as ready while this data can be read, even if the graph
   * is down: the server's other processes couldn't reach the graph either.
   */
  readonly state: { ping(): Promise<void> };
  /**
   * Pings the graph, so that health checks can report whether it answers. Absent if the graph is in the same process.
   */
  readonly graphPing?: GraphPing;
  /** Aborts when the process must stop. */
  readonly stopping: AbortSignal;
  readonly log: EdgeLog;
  readonly observer?: ServerObserver;
}

/** A log in which no line identifies a person: no names, no numbers, no addresses, no query of a URL (R30). */
export interface EdgeLog {
  readonly level: string;
  debug(details: object, message?: string): void;
  info(details: object, message?: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Creates the server. The caller adds routes, makes it listen, and closes it. */
export function createEdgeServer(options: EdgeServerOptions): FastifyInstance {
  const { requestTimeoutMs, tls, stopping, log, observer = {} } = options;
  const server: FastifyServerOptions = {
    bodyLimit: options.bodyLimit,
    ...socketTimeouts(requestTimeoutMs, tls?.options ?? null),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: requestIdOf,
    trustProxy: [...options.trustedProxies],
  };
  const app: FastifyInstance = Fastify(server);
  addForwardedAddresses(app);
  tls?.renewOn(app.server);
  addDraining(app, { stopping, requestTimeoutMs, log });
  addStrictTransport(app);
  onRequestBegin(app, (request, reply) => void reply.header(requestIdHeader, request.id));
  observer.watchServer?.(app);
  addRequestLog(app, { log });
  addServerSpans(app);
  enterTraceContexts(app);
  // Calls to the graph carry this request's id. SQL statements for the stored data wait in a separate queue for each
  // client's site (`siteOf`), so that one site can't delay the others.
  app.addHook('preHandler', ({ id, ip }, _reply, done) =>
    enterRequest({ requestId: id, caller: siteOf(ip) }, done),
  );
  const { graphPing } = options;
  const watch = new DependencyWatch([pingCheck('state', () => options.state.ping())], conditionTimes);
  const graphWatch = new DependencyWatch(
    graphPing === undefined ? [] : [pingCheck('graph', (signal) => graphPing.ping(signal))],
    graphTimes,
  );
  app.addHook('onClose', async () => {
    watch[Symbol.dispose]();
    graphWatch[Symbol.dispose]();
  });
  const health = healthOf(watch, graphWatch);
  addHealthRoutes(app, health, stopping);
  observer.watchHealth?.(health);
  return app;
}

/**
 * Times for pings of the graph. The pings are rare, because the server only reports their result, and each ping adds a
 * line to the graph's log.
 */
const graphTimes: WatchTimes = { everyMs: 10_000, timeoutMs: 3_000, failuresToDown: 1 };

const healthOf = (watch: DependencyWatch, graphWatch: DependencyWatch): Health => ({
  known: () => Promise.all([watch.start(), graphWatch.start()]),
  conditions: () => ({ state: !Object.values(watch.states()).includes('down') }),
  dependencies: () => ({ ...watch.states(), ...graphWatch.states() }),
});

/**
 * The HTTP status for an error that a handler threw. Fastify's own errors contain a status. The status is 503 if the
 * stored data can't be reached, or if too many requests wait for it. All other errors are 500.
 */
export function statusOf(error: unknown): number {
  if (error instanceof StoreUnavailable) {
    return 503;
  }
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
}
