/** Answers requests that fail before they are executed. Also sets the status and `Retry-After` of answers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { BearerError } from '../access/bearer-error.ts';
import { type GraphQLResult, HttpError } from '../engine/request.ts';
import { inLanguage, languageOf, negotiateLanguage } from './language.ts';
import { mediaTypeOfError } from './negotiation/negotiate.ts';
import { httpErrorOf } from './protocol.ts';

export function answerError(
  error: unknown,
  httpError: HttpError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  logDefect(error, httpError, request);
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
export function logDefect(error: unknown, { status, code }: HttpError, request: FastifyRequest): void {
  if (status >= 500 && !(error instanceof HttpError)) {
    request.log.error({ reqId: request.id, ...describeError(error), code }, 'request failed');
  }
}

/** The default of `Retry-After`, in seconds. It is short, because an overload usually ends soon. */
const overloadSeconds = 1;

/** Sets the status, `Retry-After` with a 503 or a 429, and `WWW-Authenticate` with a 401. */
export function withStatus(reply: FastifyReply, status: number, retryAfterSeconds?: number): FastifyReply {
  if (status === 401) {
    reply.header('www-authenticate', 'Bearer');
  }
  return status === 503 || status === 429
    ? reply.code(status).header('retry-after', retryAfterSeconds ?? overloadSeconds)
    : reply.code(status);
}

/** Returns how long the caller of a single operation must wait, in seconds. Undefined if the answer doesn't say. */
export function retryAfterOf({ errors }: GraphQLResult): number | undefined {
  const seconds = errors?.[0]?.extensions?.retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : undefined;
}

/** Returns the error that the client of a request gets. */
export function shownErrorOf(error: unknown): HttpError {
  if (!(error instanceof BearerError)) {
    return httpErrorOf(error);
  }
  const { status, message } = error;
  return new HttpError(status, status === 401 ? 'UNAUTHENTICATED' : 'AUTHENTICATION_UNAVAILABLE', message);
}

export function errorBody({ code, message, retryAfterSeconds }: HttpError): GraphQLResult {
  return { errors: [{ message, extensions: { code, retryAfterSeconds } }] };
}
