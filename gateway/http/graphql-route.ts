import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import type { DocumentPolicy } from '../access/documents/policy.ts';
import type { AnswerRequest } from '../engine/host.ts';
import type { OperationReport } from '../engine/operation-report.ts';
import { type GraphQLResult, HttpError } from '../engine/request.ts';
import type { OpenHooks } from '../hooks/open-hooks.ts';
import { RequestHooks } from '../hooks/request-hooks.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { limitConcurrency } from './admission.ts';
import { logDefect, retryAfterOf, withStatus } from './answer-errors.ts';
import { answerBatch, createAnswerOperation, type Exchange } from './answer-operations.ts';
import { type CachingOptions, createCacheHeaders } from './cache-control.ts';
import { createRequestSignal, holdAnswer } from './connections.ts';
import { type Admission, identify } from './identify.ts';
import { sendParts } from './incremental/send-parts.ts';
import { languageOf, negotiateLanguage } from './language.ts';
import {
  addJsonParser,
  httpErrorOf,
  negotiate,
  parseParameters,
  statusOf,
  statusOfRefusal,
} from './protocol.ts';
import { beginReport } from './request-report.ts';
import { answerRequestedDocuments } from './requested-documents.ts';

export const graphqlRoute = '/graphql';

export interface GraphqlOptions extends CachingOptions, Admission {
  readonly answer: AnswerRequest;
  /** Finds the documents that requests name, and decides which ones may be served. */
  readonly documents: DocumentPolicy;
  readonly limits: Limits;
  /** Absent if no hook is configured. */
  readonly hooks?: OpenHooks | undefined;
  /**
   * Whether all callers may get explanations of their operations. If false, only callers with the scope `operate` may.
   */
  readonly explainsToAll: boolean;
}

/** Adds `/graphql`: POST for every operation, GET for operations that may be in a URL. */
export function addGraphql(app: FastifyInstance, options: GraphqlOptions, observer: GatewayObserver): void {
  const { limits } = options;
  addJsonParser(app);
  const answer = createAnswerOperation(answerRequestedDocuments(options.answer, options.documents), observer);
  const cacheHeaders = createCacheHeaders(options);
  const { hooks, requireShare, endExecution } = limitConcurrency(app, limits.maxConcurrentRequests, observer);
  app.route({
    method: ['GET', 'POST'],
    url: graphqlRoute,
    ...hooks,
    handler: async (request, reply) => {
      const report = beginReport(request);
      const { mediaType, incremental } = negotiate(request);
      const language = negotiateLanguage(request);
      const identified = await identify(request, language, options);
      const { caller, allowance } = identified;
      requireShare(request, allowance?.caller ?? null);
      report.caller = caller;
      const isExplained = isToBeExplained(request, caller, options);
      const parsed = parseParameters(request, limits.maxBatch);
      const signal = createRequestSignal(reply, limits.requestTimeoutMs);
      const hooks =
        options.hooks === undefined ? undefined : await beginHooks(options.hooks, request, caller, signal);
      // A batch and an explained answer are sent as a whole, and so is an answer whose errors a hook may change.
      const isWhole = isExplained || isBatch(parsed) || hooks !== undefined;
      const format = isWhole ? null : incremental;
      const exchange = { ...identified, request, report, language, hooks, signal, isExplained, format };
      const result = await (isBatch(parsed)
        ? answerBatch(parsed, exchange, answer, observer)
        : answer(parsed, exchange));
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
      return sendResult(reply, result, exchange);
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

/** @throws HttpError if the hook `request` refuses the request. */
async function beginHooks(
  open: OpenHooks,
  request: FastifyRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<RequestHooks> {
  const { id, headers, method, report } = request;
  const hooks = new RequestHooks(open, { id, headers, caller, signal });
  if (report !== null) {
    report.hooks = hooks;
  }
  const refusal = await hooks.beginRequest({ method });
  if (refusal !== null) {
    throw new HttpError(statusOfRefusal(refusal.code), refusal.code, refusal.message);
  }
  return hooks;
}

/** With this header, a client asks for an explanation of the operation in addition to its answer. */
const explainHeader = 'patron-graph-explain';
/** The scope of the graph's operators. It gives access to no data. */
const operateScope = 'operate';

/** Ignores the header if the caller may not have explanations. The answer doesn't say so. */
function isToBeExplained(
  { headers }: FastifyRequest,
  { scopes }: Caller,
  { explainsToAll }: GraphqlOptions,
): boolean {
  return headers[explainHeader] === '1' && (explainsToAll || scopes.has(operateScope));
}

/** Needed because `Array.isArray` doesn't narrow a read-only array. */
function isBatch<One>(parsed: One | readonly One[]): parsed is readonly One[] {
  return Array.isArray(parsed);
}

/** Adds the headers of subgraphs' answers that the client gets. In a batch, those of the last operation count. */
function addAnswerHeaders(reply: FastifyReply, operations: readonly OperationReport[]): void {
  for (const { answerHeaders } of operations) {
    if (answerHeaders !== null) {
      reply.headers(answerHeaders.toReply());
    }
  }
}

function sendResult(reply: FastifyReply, result: GraphQLResult, exchange: Exchange): FastifyReply {
  const { request, report, language, signal, format } = exchange;
  reply.header('content-language', languageOf(result, language));
  if (result.further !== undefined && format !== null) {
    const hold = () => holdAnswer(request, report, signal);
    const onDefect = (error: unknown) => logDefect(error, httpErrorOf(error), request);
    return sendParts(reply, result, result.further, { format, hold, onDefect });
  }
  const ageMs = report.operations[0]?.ageMs ?? null;
  if (ageMs !== null) {
    reply.header('age', Math.ceil(ageMs / 1000));
  }
  return withStatus(reply, statusOf(result, request), retryAfterOf(result)).send(JSON.stringify(result));
}
