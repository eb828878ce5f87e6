/**
 * GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): the parsing of requests, and the media type
 * and status of answers.
 */
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type GraphQLResult,
  HttpError,
  hasLongNumber,
  parametersOf,
  parseJson,
  type SentParameters,
} from '../engine/request.ts';
import { negotiate, plainJson } from './negotiation/negotiate.ts';

/**
 * Reads the parameters from the URL of a GET or the body of a POST. An array in the body is a batch.
 * @throws HttpError 400, whose message names the wrong parameter or the size limit of a batch.
 */
export function parseParameters(
  request: FastifyRequest,
  maxBatch: number,
): SentParameters | readonly SentParameters[] {
  if (request.method === 'GET') {
    return parametersOf(fromUrl(request.query));
  }
  // With a `maxBatch` of 1 there are no batches. An array is then rejected like any other body that is not an object.
  if (!Array.isArray(request.body) || maxBatch === 1) {
    return parametersOf(request.body);
  }
  if (request.body.length === 0 || request.body.length > maxBatch) {
    throw new HttpError(400, 'BAD_REQUEST', `A batch must have 1 to ${maxBatch} requests.`);
  }
  return request.body.map(parametersOf);
}

/**
 * Parses JSON bodies with Fastify's parser. That parser rejects a body with the key `__proto__`. If a double can't hold
 * a number, the number becomes a `LongNumber`, which keeps the digits as text.
 */
export function addJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    void parse(request, body.toString(), (error, value: unknown) => {
      if (error !== null || !hasLongNumber(body)) {
        done(error, value);
        return;
      }
      let exact: unknown;
      try {
        exact = parseJson(body);
      } catch {
        // The body is nested too deeply for `parseJson`.
        done(new HttpError(400, 'BAD_REQUEST', 'The body must be JSON.'));
        return;
      }
      done(null, exact);
    });
  });
}

const urlParameters = z.object({
  query: z.string().optional(),
  documentId: z.string().optional(),
  id: z.string().optional(),
  operationName: z.string().optional(),
  variables: z.string().optional(),
  extensions: z.string().optional(),
});

function fromUrl(query: unknown): unknown {
  const { success, data } = urlParameters.safeParse(query);
  if (!success) {
    throw new HttpError(400, 'BAD_REQUEST', 'A parameter may be in the URL only once.');
  }
  return { ...data, variables: jsonIn(data.variables), extensions: jsonIn(data.extensions) };
}

function jsonIn(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(Buffer.from(text));
  } catch {
    throw new HttpError(400, 'BAD_REQUEST', '`variables` and `extensions` must be JSON.');
  }
}

/**
 * The headers of every answer. Caches may store the answer only if `createCacheHeaders` allows it. Browsers may not
 * guess its type.
 */
export const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The statuses of temporary errors: the client may succeed if it tries again. */
const statusesOfCodes: ReadonlyMap<unknown, number> = new Map([
  ['UNAVAILABLE', 503],
  ['RATE_LIMITED', 429],
]);

/**
 * Returns the status of an answer:
 * - 200 for an executed operation, with or without errors
 * - 503 if the gateway was overloaded
 * - 429 if the caller must wait
 * - {@link statusOfRefusal} if a hook has refused the operation with the code `refusedWith`
 * - 400 for any other request error
 *
 * If `Accept` names `application/json` and the answer has this media type, the status is 200 in the last two cases.
 * GraphQL over HTTP recommends this for legacy clients (decision 4).
 */
export function statusOf(
  { data, errors }: GraphQLResult,
  request: FastifyRequest,
  refusedWith: string | null,
): number {
  if (data !== undefined) {
    return 200;
  }
  for (const { extensions } of errors ?? []) {
    const status = statusesOfCodes.get(extensions?.code);
    if (status !== undefined) {
      return status;
    }
  }
  const legacy = request.headers.accept?.includes('application/json') === true;
  if (legacy && negotiate(request).mediaType === plainJson) {
    return 200;
  }
  return refusedWith === null ? 400 : statusOfRefusal(refusedWith);
}

/** Returns the HTTP status of a refusal by a hook. */
export const statusOfRefusal = (code: string): number =>
  code === 'UNAUTHENTICATED' ? 401 : (statusesOfCodes.get(code) ?? 403);

/**
 * Makes an `HttpError` of an error outside GraphQL, such as Fastify's. The message of an unexpected error is not
 * disclosed.
 */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  const { statusCode = 500, code } = error as Partial<FastifyError>;
  switch (statusCode) {
    case 413:
      return new HttpError(413, 'PAYLOAD_TOO_LARGE', 'The body is too large.');
    case 415:
      return new HttpError(
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'A POST must have the content type application/json.',
      );
    case 400:
      return new HttpError(400, 'BAD_REQUEST', 'The body must be JSON.');
    case 503:
      return new HttpError(503, 'UNAVAILABLE', 'The server is shutting down: try again.');
    default:
      return statusCode < 500
        ? new HttpError(statusCode, code ?? 'BAD_REQUEST', "The request can't be served.")
        : new HttpError(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here.');
  }
}
