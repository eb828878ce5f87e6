import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { z } from 'zod';
import { addDraining } from '../../platform/http/draining.ts';
import { addHealthRoutes, type Health } from '../../platform/http/health.ts';
import { requestIdOf } from '../../platform/http/request-id.ts';
import type { SecretValues } from '../../platform/lifecycle/secrets.ts';
import { TokenRefused } from '../../platform/signed-token.ts';
import type { SubgraphName } from '../../platform/systems.ts';
import { describeError, nameOfError } from '../../platform/telemetry/describe-error.ts';
import { onRequestBegin } from '../../platform/telemetry/request-events.ts';
import { addRequestLog } from '../../platform/telemetry/request-log.ts';
import { addServerSpans, enterTraceContexts } from '../../platform/telemetry/served-requests.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { ServiceObserver } from '../observer.ts';
import { type Caller, callerHeader, verifyCaller } from './caller.ts';
import { addLogDetails, beginReport } from './request-report.ts';
import type { Subgraph } from './serve.ts';
import { sendEvents } from './streams/send-events.ts';

export interface SubgraphHttpOptions {
  readonly name: SubgraphName;
  /** The running subgraph; null while it waits for its journal. */
  readonly subgraph: () => Subgraph | null;
  /** The secrets that are shared with the gateway, which signs the caller header with one of them. */
  readonly secrets: SecretValues;
  readonly log: FastifyBaseLogger;
  /** Null for http. */
  readonly tls: ServerTls | null;
  readonly health: Health;
  /**
   * Aborts when the process begins to stop. The server is then no longer ready, but accepts requests until it is
   * closed.
   */
  readonly stopping: AbortSignal;
  /** The time that a request in progress has when the server closes, in ms. */
  readonly requestTimeoutMs: number;
  readonly observer?: ServiceObserver;
}

/**
 * The maximum size of a request's body, in bytes. A page with the representations of a hundred patrons takes a tenth of
 * this.
 */
const bodyLimit = 1024 * 1024;
/**
 * The time limits for the headers and for the whole of a request, in ms. By default, Node checks these limits only
 * twice a minute.
 */
const headerTimeouts = { headersTimeout: 5000, connectionsCheckingInterval: 1000 } as const;
const requestTimeoutMs = 10_000;

const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** A response is only for the gateway. It must not be cached, and its content type must not be guessed. */
const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * The subgraph's HTTP server: `POST /graphql` for the gateway only, and the health routes. If the caller header is not
 * valid for this subgraph and the body, the request is answered with 401 and not executed.
 */
export function createSubgraphServer(options: SubgraphHttpOptions): FastifyInstance {
  const { tls, observer = {} } = options;
  const app = Fastify({
    loggerInstance: options.log,
    // The gateway sends the id of the client's request. So one id finds the request's lines in both logs.
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    ...(tls === null ? { http: headerTimeouts } : { https: { ...headerTimeouts, ...tls.options } }),
    forceCloseConnections: 'idle',
    // Requests that arrive while the server closes are answered as usual, and not with 503.
    return503OnClosing: false,
    frameworkErrors: (_error, _request, reply) =>
      (reply as FastifyReply)
        .code(400)
        .headers(answerHeaders)
        .send(failure('BAD_REQUEST', "The URL can't be read.")),
  });
  tls?.renewOn(app.server);
  addDraining(app, options);
  observer.watchServer?.(app);
  addRequestLog(app, { log: options.log, addDetails: addLogDetails });
  onRequestBegin(app, (_request, reply) => void reply.headers(answerHeaders));
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    request.log.error({ ...describeError(error), status }, 'request failed');
    return reply.code(status).send(failure('BAD_REQUEST', "The request can't be served."));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(failure('NOT_FOUND', 'There is nothing here.')),
  );
  // The caller header has the hash of the body's bytes, so they are kept as they arrived.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.register((scope, _options, done) => {
    addServerSpans(scope);
    enterTraceContexts(scope);
    addGraphql(scope, options);
    done();
  });
  addHealthRoutes(app, options.health, options.stopping);
  observer.watchHealth?.(options.health);
  return app;
}

/** Adds `POST /graphql`. Requests that are not from the gateway are refused. */
function addGraphql(app: FastifyInstance, options: SubgraphHttpOptions): void {
  app.post('/graphql', async (request, reply) => {
    const report = beginReport(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const caller = callerOf(request, body, options);
    if (caller === null) {
      return reply.code(401).send(failure('UNAUTHENTICATED', 'This subgraph answers its gateway alone.'));
    }
    report.caller = caller;
    const subgraph = options.subgraph();
    if (subgraph === null) {
      const message = "This subgraph has just started, and can't reach its journal yet.";
      return reply.code(503).send(failure('SUBGRAPH_UNAVAILABLE', message));
    }
    const parsed = parseRequest(body);
    if (parsed === null) {
      return reply.code(400).send(failure('BAD_REQUEST', 'The body must be a GraphQL request as JSON.'));
    }
    const { query, operationName, variables } = parsed;
    const asked = { operation: query, variables: variables ?? {}, operationName: operationName ?? undefined };
    const known = { ...caller, requestId: request.id };
    const gone = clientGone(reply);
    if (request.headers.accept === 'text/event-stream') {
      const ended = new AbortController();
      const signal = AbortSignal.any([gone, ended.signal]);
      const onEnd = () => ended.abort();
      return sendEvents(reply, subgraph.subscribe(asked, known, signal), {
        stopping: options.stopping,
        onEnd,
      });
    }
    report.answer = await subgraph.execute(asked, known, gone);
    return report.answer;
  });
}

/** Returns null, and logs why, if the request is not from the gateway. */
function callerOf(
  { headers, log }: FastifyRequest,
  body: Buffer,
  { name, secrets }: SubgraphHttpOptions,
): Caller | null {
  const header = headers[callerHeader];
  try {
    return verifyCaller(typeof header === 'string' ? header : '', body, name, secrets);
  } catch (error) {
    const reason = error instanceof TokenRefused ? error.message : nameOfError(error);
    log.warn({ reason }, 'refused a request without a valid caller header');
    return null;
  }
}

function parseRequest(body: Buffer): z.infer<typeof graphqlRequest> | null {
  try {
    return graphqlRequest.parse(JSON.parse(body.toString()));
  } catch {
    return null;
  }
}

function failure(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

/**
 * Returns a signal that aborts if the client disconnects before the response is complete. Fastify's own signal watches
 * the request, and the request ends earlier than the response.
 */
function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone.signal;
}
