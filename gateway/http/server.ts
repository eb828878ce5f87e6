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
import { addHealthRoutes, type Health } from '../../platform/http/health.ts';
import { requestIdHeader, requestIdOf } from '../../platform/http/request-id.ts';
import { socketTimeouts } from '../../platform/http/socket-timeouts.ts';
import { networkOf } from '../../platform/lifecycle/network.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { addRequestLog } from '../../platform/telemetry/request-log.ts';
import { addServerSpans, traceContextOf } from '../../platform/telemetry/served-requests.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import { BearerError } from '../access/bearer-error.ts';
import { audienceOf, type Caller } from '../access/caller.ts';
import type { DocumentPolicy } from '../access/documents/policy.ts';
import type { Issuers } from '../access/open-issuers.ts';
import type { RateLimiter } from '../access/rates/rate-limiter.ts';
import { explanationOf } from '../engine/explain.ts';
import type { AnswerRequest } from '../engine/host.ts';
import { OperationReport } from '../engine/operation-report.ts';
import { ClientGone, type GraphQLResult, HttpError, type SentParameters } from '../engine/request.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { limitConcurrency } from './admission.ts';
import { type CachingOptions, createCacheHeaders } from './cache-control.ts';
import { addCompression } from './compression.ts';
import { createRequestSignal } from './connections.ts';
import { addCors } from './cors.ts';
import { addGraphiQL, type IdeOptions } from './ide.ts';
import { didNotExecute, identify } from './identify.ts';
import { inLanguage, languageOf, negotiateLanguage } from './language.ts';
import { addPortal } from './portal.ts';
import {
  addJsonParser,
  answerHeaders,
  httpErrorOf,
  mediaTypeOfError,
  negotiate,
  parseParameters,
  statusOf,
} from './protocol.ts';
import { addReports, beginReport, describeInSpan, logDetailsOf, reportError } from './request-report.ts';
import { answerRequestedDocuments } from './requested-documents.ts';

export interface GatewayOptions extends CachingOptions {
  readonly answer: AnswerRequest;
  /** Finds the documents that requests name, and decides which ones may be served. */
  readonly documents: DocumentPolicy;
  /** The rate limits of callers. Null if there are none. */
  readonly rates: RateLimiter | null;
  /** Addresses and networks of proxies. Their `X-Forwarded-For` says from where a request comes. */
  readonly trustedProxies: readonly string[];
  readonly limits: Limits;
  /** The origins whose pages may call `/graphql`, in the form that browsers send. */
  readonly corsOrigins: readonly string[];
  /** Null if the server uses plain http. */
  readonly tls: ServerTls | null;
  /** The issuers whose tokens are accepted. Null if every caller is anonymous. */
  readonly issuers: Pick<Issuers, 'authenticate'> | null;
  readonly observer?: GatewayObserver;
  readonly health: Health;
  /** Aborts when the process must stop. The server is then not ready, but accepts requests until it is closed. */
  readonly stopping: AbortSignal;
  /**
   * Whether all callers may get explanations of their operations. If false, only callers with the scope `operate` may.
   */
  readonly explainsToAll: boolean;
  /** Null if GraphiQL is not served. */
  readonly ide: IdeOptions | null;
  /** The folder of the portal's files. Null if the portal is not served. */
  readonly portal: string | null;
  readonly log: FastifyBaseLogger;
}

const graphqlRoute = '/graphql';

/** Creates the HTTP server with all its routes. The caller must call `listen` and `close`. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { observer = {} } = options;
  const app = Fastify({
    loggerInstance: options.log,
    // Uses one logger for all requests, because a child logger per request costs time. Lines about a request have its
    // `reqId`.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.limits.maxBodyBytes,
    ...socketTimeouts(options.limits.requestTimeoutMs, options.tls?.options ?? null),
    forceCloseConnections: 'idle',
    // A request that arrives while the server is closing is answered like any other.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    genReqId: requestIdOf,
    trustProxy: [...options.trustedProxies],
    frameworkErrors: (_error, request, reply) =>
      withHeaders(reply as FastifyReply, request as FastifyRequest)
        .code(400)
        .send(errorBody(new HttpError(400, 'BAD_REQUEST', "The URL can't be read."))),
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => {
    const httpError = error instanceof BearerError ? fromBearer(error) : httpErrorOf(error);
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
  observer.watchServer?.(app);
  addReports(app);
  app.addHook('onRequest', (request, reply, done) => {
    withHeaders(reply, request);
    done();
  });
  addRequestLog(app, { log: options.log, detailsOf: logDetailsOf });
  await app.register(accepts);
  // The plugin gives `/graphql` a Fastify scope of its own: only this route needs CORS and compression.
  const graphqlScope: FastifyPluginAsync = async (scope) => {
    addServerSpans(scope, describeInSpan);
    await addCors(scope, options.corsOrigins);
    await addCompression(scope);
    addGraphql(scope, options, observer);
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

/** Adds `/graphql`: POST for every operation, GET for operations that may be in a URL. */
function addGraphql(app: FastifyInstance, options: GatewayOptions, observer: GatewayObserver): void {
  const { limits } = options;
  addJsonParser(app);
  const answer = answerRequestedDocuments(options.answer, options.documents);
  const cacheHeaders = createCacheHeaders(options);
  app.route({
    method: ['GET', 'POST'],
    url: graphqlRoute,
    ...limitConcurrency(app, limits.maxConcurrentRequests, observer),
    handler: async (request, reply) => {
      const report = beginReport(request);
      const mediaType = negotiate(request);
      const { identity, allowance } = await identify(request, options);
      const language = negotiateLanguage(request);
      const caller: Caller = {
        ...identity,
        language,
        requestId: request.id,
        address: identity.authenticated ? null : networkOf(request.ip),
        forwarded: headersToForward(request, options.forwardedHeaders),
      };
      report.caller = caller;
      const isExplained = isToBeExplained(request, caller, options);
      const parsed = parseParameters(request, limits.maxBatch);
      const signal = createRequestSignal(reply, limits.requestTimeoutMs);
      const answerOne = async (parameters: SentParameters): Promise<GraphQLResult> => {
        const operation = new OperationReport({ isExplained, traceContext: traceContextOf(request) });
        report.operations.push(operation);
        const { method } = request;
        const answered = await answer({ parameters, method, caller, signal, allowance, operation });
        const result = inLanguage(answered, language);
        observer.answered?.({
          name: operation.name,
          type: operation.type,
          audience: audienceOf(caller),
          clientId: caller.clientId,
          errors: result.errors ?? null,
          ms: operation.elapsedMs(),
          isClientGone: signal.reason instanceof ClientGone,
        });
        if (allowance !== null && didNotExecute(result)) {
          allowance.charge();
        }
        report.addErrorsOf(result);
        return isExplained ? { ...result, extensions: { explain: explanationOf(operation) } } : result;
      };
      // An error of one request must not hide the answers to the other requests, which may have been mutations.
      const answerItem = async (parameters: SentParameters): Promise<GraphQLResult> => {
        try {
          return await answerOne(parameters);
        } catch (error) {
          const httpError = httpErrorOf(error);
          logDefect(error, httpError, request);
          observer.rejected?.(httpError.code);
          report.addCode(httpError.code);
          return inLanguage(errorBody(httpError), language);
        }
      };
      reply.type(mediaType);
      if (isBatch(parsed)) {
        reply.header('content-language', language);
        return reply.send(JSON.stringify(await Promise.all(parsed.map(answerItem))));
      }
      const result = await answerOne(parsed);
      reply.header('content-language', languageOf(result, language));
      reply.headers((isExplained ? null : cacheHeaders(request, result)) ?? {});
      const { ageMs = null } = report.operations[0] ?? {};
      if (ageMs !== null) {
        reply.header('age', Math.ceil(ageMs / 1000));
      }
      const status = statusOf(result, request);
      return withStatus(reply, status, retryAfterOf(result)).send(JSON.stringify(result));
    },
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: graphqlRoute,
    handler: () => {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET for what it serves.');
    },
  });
}

/** Asks for an explanation of the operation in addition to its answer. */
const explainHeader = 'patron-graph-explain';
/** The scope of the graph's operators. It gives access to no data. */
const operateScope = 'operate';

/** Ignores the header if the caller may not have explanations. The answer doesn't say so. */
function isToBeExplained(
  { headers }: FastifyRequest,
  { scopes }: Caller,
  { explainsToAll }: GatewayOptions,
): boolean {
  return headers[explainHeader] === '1' && (explainsToAll || scopes.has(operateScope));
}

/** Needed because `Array.isArray` doesn't narrow a read-only array. */
function isBatch(parsed: SentParameters | readonly SentParameters[]): parsed is readonly SentParameters[] {
  return Array.isArray(parsed);
}

/**
 * Returns the headers to forward. The request id is included even if the client sends none: it is then the generated
 * id, which is also in the answer and in the log.
 */
function headersToForward(
  { headers, id }: FastifyRequest,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const forwarded: Record<string, string> = {};
  for (const name of names) {
    const value = name === requestIdHeader ? id : headers[name];
    if (typeof value === 'string') {
      forwarded[name] = value;
    }
  }
  return forwarded;
}

function answerError(
  error: unknown,
  httpError: HttpError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  logDefect(error, httpError, request);
  if (httpError.status === 401) {
    reply.header('www-authenticate', 'Bearer');
  }
  if (httpError.status === 405) {
    reply.header('allow', request.method === 'GET' ? 'POST' : 'GET, POST');
  }
  const body = errorBody(httpError);
  const language = negotiateLanguage(request);
  return withStatus(reply, httpError.status, httpError.retryAfterSeconds)
    .type(mediaTypeOfError(request))
    .header('content-language', languageOf(body, language))
    .send(inLanguage(body, language));
}

/** Logs unexpected errors. The client gets only a generic 500. */
function logDefect(error: unknown, { status, code }: HttpError, request: FastifyRequest): void {
  if (status >= 500 && !(error instanceof HttpError)) {
    request.log.error({ reqId: request.id, ...describeError(error), code }, 'request failed');
  }
}

/** The default of `Retry-After`, because an overload usually ends soon. */
const overloadSeconds = 1;

/** Sets the status, and `Retry-After` with a 503 or a 429. */
function withStatus(reply: FastifyReply, status: number, retryAfterSeconds?: number): FastifyReply {
  return status === 503 || status === 429
    ? reply.code(status).header('retry-after', retryAfterSeconds ?? overloadSeconds)
    : reply.code(status);
}

/** Returns how long the caller of a single operation must wait, in seconds. */
function retryAfterOf({ errors }: GraphQLResult): number | undefined {
  const seconds = errors?.[0]?.extensions?.retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : undefined;
}

function fromBearer({ status, message }: BearerError): HttpError {
  return new HttpError(status, status === 401 ? 'UNAUTHENTICATED' : 'AUTHENTICATION_UNAVAILABLE', message);
}

function errorBody({ code, message, retryAfterSeconds }: HttpError): GraphQLResult {
  return { errors: [{ message, extensions: { code, retryAfterSeconds } }] };
}
