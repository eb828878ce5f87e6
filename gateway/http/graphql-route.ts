import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
} from 'fastify';
import type { Caller } from '../access/caller.ts';
import type { DocumentPolicy } from '../access/documents/policy.ts';
import type { AnswerRequest, SubscribeRequest } from '../engine/host.ts';
import type { OperationReport } from '../engine/operation-report.ts';
import { type GraphQLResult, HttpError } from '../engine/request.ts';
import type { OpenHooks } from '../hooks/open-hooks.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { limitConcurrency, type Admission as RouteAdmission } from './admission.ts';
import { logDefect, retryAfterOf, withStatus } from './answer-errors.ts';
import {
  type AnswerOperation,
  answerBatch,
  beginHooks,
  createAnswerOperation,
  type Exchange,
} from './answer-operations.ts';
import { type CachingOptions, createCacheHeaders } from './cache-control.ts';
import { holdAnswer, limitDuration } from './connections.ts';
import { type Admission, identify } from './identify.ts';
import { sendParts } from './incremental/send-parts.ts';
import { languageOf, negotiateLanguage } from './language.ts';
import { type Negotiated, negotiate } from './negotiation/negotiate.ts';
import { addJsonParser, httpErrorOf, parseParameters, statusOf } from './protocol.ts';
import { beginReport } from './request-report.ts';
import { answerRequestedDocuments } from './requested-documents.ts';
import { streamFormats, wholeAnswerAsEvents } from './streams/formats.ts';
import { createHttpStreams, type OpenHttpStream } from './streams/http-streams.ts';
import { OpenStreams, type OpenStreamsOptions } from './streams/open-streams.ts';
import { requireOrigin } from './streams/origin.ts';
import { createSubscriptions, type Subscriptions } from './streams/subscribe.ts';
import { acceptWebSockets, createSocketHandler } from './streams/websocket/web-sockets.ts';

export const graphqlRoute = '/graphql';

export interface GraphqlOptions extends CachingOptions, Admission {
  readonly answer: AnswerRequest;
  readonly subscribe: SubscribeRequest;
  /** Finds the documents that requests name, and decides which documents may be served. */
  readonly documents: DocumentPolicy;
  readonly limits: Limits;
  /** Absent if no hook is configured. */
  readonly hooks?: OpenHooks | undefined;
  /** The origins whose pages may call `/graphql`, in the form that browsers send. */
  readonly corsOrigins: readonly string[];
  /** Aborts when the process must stop. The server is then not ready, but accepts requests until it is closed. */
  readonly stopping: AbortSignal;
  /** Returns whether the sign-in of a token has ended. Absent if sign-ins don't end before their tokens. */
  readonly hasEnded?: OpenStreamsOptions['hasEnded'];
  /**
   * Whether all callers may get explanations of their operations. If false, only callers with the scope `operate` may.
   */
  readonly explainsToAll: boolean;
}

/** Adds `/graphql`: POST and WebSockets for every operation, GET for operations that may be in a URL. */
export async function addGraphql(
  app: FastifyInstance,
  options: GraphqlOptions,
  observer: GatewayObserver,
): Promise<void> {
  const { limits, corsOrigins, documents, subscribe, stopping, hasEnded } = options;
  addJsonParser(app);
  const admission = limitConcurrency(app, limits.maxConcurrentRequests, observer);
  const streams = new OpenStreams({ stopping, observer, hasEnded });
  app.addHook('preClose', (done) => {
    streams[Symbol.dispose]();
    done();
  });
  const { maxTokens } = limits;
  const subscriptions = createSubscriptions({ subscribe, documents, streams, observer, maxTokens });
  const answerOperation = createAnswerOperation(
    answerRequestedDocuments(options.answer, documents),
    observer,
  );
  const socket = createSocketHandler({
    ...options,
    streams,
    subscriptions,
    answerOperation,
    slots: admission,
    requestTimeoutMs: limits.requestTimeoutMs,
    maxAnswerBytes: limits.maxAnswerBytes,
    observer,
  });
  const openStream = createHttpStreams({ subscriptions, streams, observer });
  const handler = createHandler({
    ...options,
    admission,
    beginDeadline: limitDuration(app, limits.requestTimeoutMs),
    subscriptions,
    answerOperation,
    openStream,
    observer,
  });
  app.route({ method: 'POST', url: graphqlRoute, ...admission.hooks, handler });
  // The Fastify hooks of WebSockets have a scope of their own, because no other request needs them.
  const getScope: FastifyPluginAsync = async (scope) => {
    await acceptWebSockets(scope, limits.maxBodyBytes);
    scope.route({
      method: 'GET',
      url: graphqlRoute,
      ...admission.hooks,
      preHandler(request, _reply, done) {
        if (request.ws) {
          requireOrigin(request, corsOrigins);
        }
        done();
      },
      handler,
      wsHandler(accepted, request) {
        // A socket doesn't count as a request in progress. Each of its operations does.
        admission.endExecution(request);
        socket(accepted, request);
      },
    });
  };
  await app.register(getScope);
  app.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'],
    url: graphqlRoute,
    handler: () => {
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', 'Use POST, or GET for what it serves.');
    },
  });
}

interface HandlerOptions extends GraphqlOptions {
  readonly admission: RouteAdmission;
  readonly beginDeadline: ReturnType<typeof limitDuration>;
  readonly subscriptions: Subscriptions;
  readonly answerOperation: AnswerOperation;
  readonly openStream: OpenHttpStream;
  readonly observer: GatewayObserver;
}

function createHandler(options: HandlerOptions): RouteHandlerMethod {
  const { limits, subscriptions, answerOperation, openStream, observer, beginDeadline } = options;
  const { requireShare, endExecution } = options.admission;
  const cacheHeaders = createCacheHeaders(options);
  return async (request, reply) => {
    const report = beginReport(request);
    const { method } = request;
    const negotiated = negotiate(request);
    const { mediaType, incremental, stream } = negotiated;
    const language = negotiateLanguage(request);
    const identified = await identify(request, language, options);
    const { caller, allowance } = identified;
    requireShare(request, allowance?.caller ?? null);
    report.caller = caller;
    const isExplained = isToBeExplained(request, caller, options);
    const parsed = parseParameters(request, limits.maxBatch);
    const deadline = beginDeadline(request);
    const { signal } = deadline;
    const common = { ...identified, request, method, report, language, signal };
    const hooks = options.hooks === undefined ? undefined : await beginHooks(options.hooks, common);
    // Three kinds of answers are sent as a whole: a batch, an explained answer, and an answer whose errors a hook may
    // change.
    const isWhole = isExplained || isBatch(parsed) || hooks !== undefined;
    const exchange = { ...common, hooks, isExplained, format: isWhole ? null : incremental };
    let result: GraphQLResult | readonly GraphQLResult[];
    if (isBatch(parsed)) {
      result = await answerBatch(parsed, exchange, answerOperation, observer);
    } else if (stream !== null && subscriptions.isSubscription(parsed)) {
      const opened = await openStream(parsed, exchange, stream);
      if (opened.kind === 'stream') {
        deadline.lift();
        return opened.send(reply.header('content-language', language));
      }
      result = opened.result;
    } else {
      result = await answerOperation(parsed, exchange);
    }
    endExecution(request);
    const held = holdAnswer(request, report, signal);
    if (held !== null) {
      await held;
    }
    reply.type(mediaType);
    addAnswerHeaders(reply, report.operations);
    if (isBatch(result)) {
      reply.header('content-language', language);
      return reply.send(JSON.stringify(result));
    }
    if (!isExplained && result.further === undefined) {
      reply.headers(cacheHeaders(request, result, report.operations[0]) ?? {});
    }
    return sendResult(reply, result, exchange, negotiated);
  };
}

/** With this header, a client asks for an explanation of the operation in addition to its answer. */
const explainHeader = 'patron-graph-explain';
/** The scope of the graph's operators. It gives access to no data. */
const operateScope = 'operate';

/** Whether to explain the answer. The header of a caller who may not have explanations is ignored without an error. */
function isToBeExplained(
  { headers }: FastifyRequest,
  { scopes }: Caller,
  { explainsToAll }: GraphqlOptions,
): boolean {
  return headers[explainHeader] === '1' && (explainsToAll || scopes.has(operateScope));
}

/** Does the same as `Array.isArray`, which doesn't narrow a read-only array. */
function isBatch<One>(parsed: One | readonly One[]): parsed is readonly One[] {
  return Array.isArray(parsed);
}

/** Adds the headers of subgraphs' answers. In a batch, the last operation with a header decides. All cookies stay. */
function addAnswerHeaders(reply: FastifyReply, operations: readonly OperationReport[]): void {
  for (const { answerHeaders } of operations) {
    if (answerHeaders !== null) {
      reply.headers(answerHeaders.toReply());
    }
  }
}

function sendResult(
  reply: FastifyReply,
  result: GraphQLResult,
  exchange: Exchange,
  { takesEventsAlone }: Negotiated,
): FastifyReply {
  const { request, report, language, signal, format } = exchange;
  reply.header('content-language', languageOf(result, language));
  if (result.further !== undefined && format !== null) {
    const hold = () => holdAnswer(request, report, signal);
    const onDefect = (error: unknown) => logDefect(error, httpErrorOf(error), request);
    return sendParts(reply, result, result.further, { format, hold, onDefect });
  }
  const { ageMs = null, refusedWith = null } = report.operations[0] ?? {};
  if (ageMs !== null) {
    reply.header('age', Math.ceil(ageMs / 1000));
  }
  const status = statusOf(result, request, refusedWith);
  // An overload keeps its HTTP status even for a client that accepts only events: every client understands it.
  if (takesEventsAlone && status < 429) {
    return reply.type(streamFormats.sse.mediaType).send(wholeAnswerAsEvents(result));
  }
  return withStatus(reply, status, retryAfterOf(result)).send(JSON.stringify(result));
}
