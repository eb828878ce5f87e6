import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { traceContextOf } from '../../platform/telemetry/served-requests.ts';
import { audienceOf, type Caller, type Language } from '../access/caller.ts';
import type { Allowance } from '../access/rates/rate-limiter.ts';
import { explanationOf } from '../engine/explain.ts';
import { OperationReport } from '../engine/operation-report.ts';
import {
  ClientGone,
  type GraphQLResult,
  HttpError,
  type IncrementalFormat,
  type SentParameters,
} from '../engine/request.ts';
import type { OpenHooks } from '../hooks/open-hooks.ts';
import { RequestHooks } from '../hooks/request-hooks.ts';
import type { AnsweredOperation, GatewayObserver } from '../observer.ts';
import type { CountUsage } from '../usage/usage-counter.ts';
import { errorBody, logDefect } from './answer-errors.ts';
import { didNotExecute } from './identify.ts';
import { tellParts } from './incremental/tell-parts.ts';
import { inLanguage } from './language.ts';
import { httpErrorOf, statusOfRefusal } from './protocol.ts';
import type { RequestReport } from './request-report.ts';
import type { AnswerSent } from './requested-documents.ts';

/** The data that all operations of one HTTP request share. */
export interface Exchange {
  readonly request: FastifyRequest;
  /** The HTTP method, in upper case. An operation over a WebSocket counts as a POST. */
  readonly method: string;
  readonly report: RequestReport;
  readonly caller: Caller;
  readonly language: Language;
  readonly allowance: Allowance | null;
  readonly countUsage: CountUsage | undefined;
  readonly hooks: RequestHooks | undefined;
  readonly signal: AbortSignal;
  readonly isExplained: boolean;
  /** The format of an answer in parts. Null if the answer is sent as a whole. */
  readonly format: IncrementalFormat | null;
}

/**
 * Creates the hooks of a request, and calls the hook `request`.
 * @throws HttpError if the hook `request` refuses the request.
 */
export async function beginHooks(
  open: OpenHooks,
  { request, method, report, caller, signal }: Omit<Exchange, 'hooks' | 'isExplained' | 'format'>,
): Promise<RequestHooks> {
  const { id, headers } = request;
  const hooks = new RequestHooks(open, { id, headers, caller, signal });
  report.hooks = hooks;
  const refusal = await hooks.beginRequest({ method });
  if (refusal !== null) {
    throw new HttpError(statusOfRefusal(refusal.code), refusal.code, refusal.message);
  }
  return hooks;
}

/** Answers one operation, in the caller's language. Rejects if the request can't be executed, or because of a defect. */
export type AnswerOperation = (parameters: SentParameters, exchange: Exchange) => Promise<GraphQLResult>;

/** Returns a function that answers the operation of a request, and reports it. */
export function createAnswerOperation(answer: AnswerSent, observer: GatewayObserver): AnswerOperation {
  return async (parameters, exchange) => {
    const { request, report, caller, language, allowance, countUsage, hooks, signal } = exchange;
    const { isExplained, format, method } = exchange;
    const operation = new OperationReport({ isExplained, traceContext: traceContextOf(request) });
    report.operations.push(operation);
    const asked = { parameters, method, caller, signal, allowance, operation, hooks, countUsage };
    const answered = await answer({ ...asked, incremental: format ?? undefined });
    const result = inLanguage(answered, language);
    const onEnd = (errors: readonly GraphQLFormattedError[]) =>
      observer.answered?.(answeredOperation(operation, errors, caller, signal));
    if (allowance !== null && didNotExecute(result)) {
      allowance.charge();
    }
    report.addErrorsOf(result);
    if (result.further !== undefined) {
      return tellParts(result, result.further, { operation, report, language, onEnd });
    }
    onEnd(result.errors ?? []);
    const shown = hooks === undefined ? result : await hooks.showErrorsOf(result, operation);
    return isExplained ? { ...shown, extensions: { explain: explanationOf(operation) } } : shown;
  };
}

/**
 * Answers all operations of a batch. An error of one operation must not hide the answers to the others, because they
 * may be mutations.
 */
export function answerBatch(
  batch: readonly SentParameters[],
  exchange: Exchange,
  answerOperation: AnswerOperation,
  observer: GatewayObserver,
): Promise<readonly GraphQLResult[]> {
  const { request, report, language } = exchange;
  const answerItem = async (parameters: SentParameters): Promise<GraphQLResult> => {
    try {
      return await answerOperation(parameters, exchange);
    } catch (error) {
      const httpError = httpErrorOf(error);
      logDefect(error, httpError, request);
      observer.rejected?.(httpError.code);
      report.addCode(httpError.code);
      return inLanguage(errorBody(httpError), language);
    }
  };
  return Promise.all(batch.map(answerItem));
}

export function answeredOperation(
  operation: OperationReport,
  errors: readonly GraphQLFormattedError[],
  caller: Caller,
  signal: AbortSignal,
): AnsweredOperation {
  return {
    name: operation.name,
    type: operation.type,
    audience: audienceOf(caller),
    clientId: caller.clientId,
    errors: errors.length === 0 ? null : errors,
    ms: operation.elapsedMs(),
    parts: operation.parts,
    isClientGone: signal.reason instanceof ClientGone,
  };
}
