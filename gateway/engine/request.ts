/** A GraphQL request and its result, independent of the protocol by which it arrives. */
import type { GraphQLFormattedError } from 'graphql';
import type { Lack } from '../../platform/priority/lane.ts';
import type { DocumentId, RequestedDocument } from '../access/documents/policy.ts';
import { type FurtherPart, isJsonObject, type PendingBlock } from '../executor/index.ts';

export type { FurtherPart, IncrementalFormat } from '../executor/index.ts';
export { hasLongNumber, isJsonObject, parseJson } from '../executor/index.ts';

/** The parameters of a GraphQL request whose document is known. */
export interface GraphQLParameters {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Record<string, unknown> | undefined;
}

/**
 * The parameters as a client sends them: `query`, a document's id, or both. The gateway uses `extensions` only for the
 * id.
 */
export interface SentParameters extends RequestedDocument, Omit<GraphQLParameters, 'query'> {}

export interface GraphQLResult {
  /** The data of the answer. Absent if the request is rejected before it is executed. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** If the answer is delivered in parts (`@defer`), `pending`, `hasNext` and `further` are in its initial part. */
  readonly pending?: readonly PendingBlock[] | undefined;
  readonly hasNext?: true;
  /** The later parts, which are not in the JSON of this part. Rejects only if the gateway has a defect. */
  readonly further?: AsyncGenerator<FurtherPart, void>;
}

/** The answer to a caller whose rate limit is exhausted. Other gateways use the same code. */
export function rateLimited(waitMs: number): GraphQLResult {
  const { message, code, retryAfterSeconds } = tooManyRequests(waitMs);
  return { errors: [{ message, extensions: { code, retryAfterSeconds } }] };
}

/** The answer if too many requests are in progress. */
export function unavailable(message: string): GraphQLResult {
  return { errors: [{ message, extensions: { code: 'UNAVAILABLE' } }] };
}

/** Time after which a caller with too many requests in progress should try again, in ms. */
export const ownExcessMs = 1_000;

/**
 * Returns the answer to a request that is rejected because too many requests are in progress. If `lack` is `caller`,
 * the caller itself has too many, and gets the same answer as for a rate limit. If `lack` is `class`, all callers of
 * the call class have too many together, and the answer has `message`.
 */
export const refusalFor = (lack: Lack, message: string): GraphQLResult =>
  lack === 'caller' ? rateLimited(ownExcessMs) : unavailable(message);

/**
 * Thrown if a request is rejected because too many requests wait or are in progress. `result` is the answer to the
 * request. This class does not extend `Error`, because a stack trace costs time and is not needed.
 */
export class Overloaded {
  readonly result: GraphQLResult;

  constructor(result: GraphQLResult) {
    this.result = result;
  }
}

/** Creates the HTTP error for a caller whose rate limit is exhausted. */
export function tooManyRequests(waitMs: number): HttpError {
  const seconds = Math.ceil(waitMs / 1000);
  return new HttpError(429, 'RATE_LIMITED', `Too much was asked for: try again in ${seconds} s.`, seconds);
}

/** The abort reason of a request's signal if the client disconnects before its answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** A request that is rejected before it is executed, with an HTTP status. The client gets the message. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  /** When to try again. Undefined if the time is unknown. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Reads the parameters from a JSON value. Null counts as absent. The checks are written by hand, because a schema
 * library would take more time for every request.
 * @throws HttpError 400, whose message names the wrong parameter.
 */
export function parametersOf(value: unknown): SentParameters {
  if (!isJsonObject(value)) {
    throw badParameter('The request must be an object with `query`.');
  }
  const { query, operationName, variables, extensions } = value;
  if (operationName != null && typeof operationName !== 'string') {
    throw badParameter('`operationName` must be a string.');
  }
  if (variables != null && !isJsonObject(variables)) {
    throw badParameter('`variables` must be an object.');
  }
  if (extensions != null && !isJsonObject(extensions)) {
    throw badParameter('`extensions` must be an object.');
  }
  const documentId = query == null ? requestedId(value) : apolloId(extensions);
  if (typeof query !== 'string' && (query != null || documentId === undefined)) {
    throw badParameter('`query` must be a string, or be absent where `documentId` names a document.');
  }
  return {
    query: query ?? undefined,
    documentId,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
  };
}

/**
 * Returns the document id of a request that has no `query`. The id may have the form of GraphQL over HTTP (appendix A),
 * Apollo or Relay.
 */
function requestedId({ documentId, extensions, id }: Record<string, unknown>): DocumentId | undefined {
  if (typeof documentId === 'string') {
    return { id: documentId, apollo: false };
  }
  return apolloId(extensions) ?? (typeof id === 'string' ? { id, apollo: false } : undefined);
}

/** Reads Apollo's form: `{ "persistedQuery": { "version": 1, "sha256Hash": "…" } }`. */
function apolloId(extensions: unknown): DocumentId | undefined {
  const persistedQuery = isJsonObject(extensions) ? extensions.persistedQuery : undefined;
  if (!isJsonObject(persistedQuery)) {
    return undefined;
  }
  const { version, sha256Hash } = persistedQuery;
  return version === 1 && typeof sha256Hash === 'string' ? { id: sha256Hash, apollo: true } : undefined;
}

function badParameter(message: string): HttpError {
  return new HttpError(400, 'BAD_REQUEST', message);
}
