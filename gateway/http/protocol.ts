/** GraphQL over HTTP: what a request must look like, which media type answers it, and with which status. */
import type { FastifyError, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type GraphQLParameters, type GraphQLResult, HttpRefusal, parametersOf } from '../engine/request.ts';

/**
 * The parameters in the URL of a GET or the body of a POST, whose array of several is a batch. Throws a 400 that says
 * which one is wrong, or that a batch has more than `maxBatch`.
 */
export function parseParameters(
  request: FastifyRequest,
  maxBatch: number,
): GraphQLParameters | readonly GraphQLParameters[] {
  if (request.method === 'GET') {
    return parametersOf(fromUrl(request.query));
  }
  // One request at a time unless batches are allowed: then `[…]` is an object that isn't one.
  if (!Array.isArray(request.body) || maxBatch === 1) {
    return parametersOf(request.body);
  }
  if (request.body.length === 0 || request.body.length > maxBatch) {
    throw new HttpRefusal(400, 'BAD_REQUEST', `A batch must have 1 to ${maxBatch} requests.`);
  }
  return request.body.map(parametersOf);
}

const urlParameters = z.object({
  query: z.string().optional(),
  operationName: z.string().optional(),
  variables: z.string().optional(),
  extensions: z.string().optional(),
});

function fromUrl(query: unknown): unknown {
  const { success, data } = urlParameters.safeParse(query);
  if (!success) {
    throw new HttpRefusal(400, 'BAD_REQUEST', 'A parameter may stand in the URL once.');
  }
  return { ...data, variables: parseJson(data.variables), extensions: parseJson(data.extensions) };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', '`variables` and `extensions` must be JSON.');
  }
}

const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
export const plainJson = 'application/json; charset=utf-8';

/** On every answer: it is for who asked and kept nowhere, and it is what its content type says and nothing else. */
export const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** What `Accept` headers came to: clients send few that differ. */
const negotiated = new Map<string, string>();
const keptNegotiated = 100;

/** The media type to answer in: the new one for those who ask for it, plain JSON for everyone else. Throws a 406. */
export function negotiate(request: FastifyRequest): string {
  const { accept = '' } = request.headers;
  const known = negotiated.get(accept);
  if (known !== undefined) {
    return known;
  }
  const mediaType = mediaTypeFor(request);
  if (negotiated.size < keptNegotiated) {
    negotiated.set(accept, mediaType);
  }
  return mediaType;
}

function mediaTypeFor(request: FastifyRequest): string {
  const type = request.accepts().type(['application/json', 'application/graphql-response+json']);
  if (type === false) {
    throw new HttpRefusal(
      406,
      'NOT_ACCEPTABLE',
      'Answers are application/graphql-response+json or application/json.',
    );
  }
  return type === 'application/graphql-response+json' ? graphqlResponse : plainJson;
}

/**
 * 200 for what was executed, with or without errors; 503 for what there was no room for; 400 for what is wrong. A client
 * that asks for `application/json` by name gets 200 for that too, as GraphQL over HTTP has it for clients of old.
 */
export function statusOf({ data, errors }: GraphQLResult, request: FastifyRequest): number {
  if (data !== undefined) {
    return 200;
  }
  if (errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) {
    return 503;
  }
  const legacy = request.headers.accept?.includes('application/json') === true;
  return legacy && negotiate(request) === plainJson ? 200 : 400;
}

/** What went wrong before GraphQL, as a refusal. Anything unforeseen is a 500 that tells nothing. */
export function refusalOf(error: unknown): HttpRefusal {
  if (error instanceof HttpRefusal) {
    return error;
  }
  const { statusCode = 500, code } = error as Partial<FastifyError>;
  switch (statusCode) {
    case 413:
      return new HttpRefusal(413, 'PAYLOAD_TOO_LARGE', 'The body is too large.');
    case 415:
      return new HttpRefusal(
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'A POST must have the content type application/json.',
      );
    case 400:
      return new HttpRefusal(400, 'BAD_REQUEST', 'The body must be JSON.');
    case 503:
      return new HttpRefusal(503, 'UNAVAILABLE', 'The server is shutting down: try again.');
    default:
      return statusCode < 500
        ? new HttpRefusal(statusCode, code ?? 'BAD_REQUEST', "The request can't be served.")
        : new HttpRefusal(500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here.');
  }
}
