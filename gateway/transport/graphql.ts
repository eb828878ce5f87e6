/** A client of GraphQL over HTTP that calls one subgraph at its endpoint. */
import { isUtf8 } from 'node:buffer';
import { Refused } from '../../platform/lifecycle/dependency-watch.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { traceHeaders } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import {
  isJsonObject,
  parseJson,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../executor/index.ts';
import type { ConnectionPool, HttpPost } from './connection-pool.ts';
import { acceptedCodings } from './content-codings.ts';
import { type HttpResponse, IncompleteResponse } from './dispatch.ts';
import { describeResponse, HttpFailure, reasonOf } from './http-failure.ts';
import { shareInFlight } from './share-in-flight.ts';
import type { AskedOperation, Transport } from './transport.ts';

export interface GraphqlTransportOptions {
  /** Returns the headers that tell the subgraph the caller, the urgency of the request, and the client's operation. */
  identityHeaders(
    caller: Caller,
    body: string,
    callClass: CallClass,
    operation: AskedOperation | null,
  ): Promise<HttpPost['headers']> | HttpPost['headers'];
  /**
   * The likely cause of a 401 or 403, for the log. Set if such a status means that the subgraph rejects the gateway and
   * not the client. The client then gets SUBGRAPH_UNAVAILABLE.
   */
  readonly unauthorizedHint?: string;
  /** Whether simultaneous identical queries of one caller are sent only once. Default: false. */
  readonly share?: boolean;
  /** Whether the subgraph is asked for compressed answers. Default: false. A compressed answer is read in any case. */
  readonly acceptCompressed?: boolean;
}

const mediaTypes = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
};

export function createGraphqlTransport(
  { endpoint, post }: ConnectionPool,
  { identityHeaders, unauthorizedHint, share = false, acceptCompressed = false }: GraphqlTransportOptions,
): Transport {
  const ownHeaders = acceptCompressed ? { ...mediaTypes, 'accept-encoding': acceptedCodings } : mediaTypes;
  const shared = share ? shareInFlight(post) : undefined;
  return async (request, caller, signal, callClass, operation, traceContext) => {
    const body = JSON.stringify({
      query: request.operation,
      variables: request.variables,
    });
    const identity = identityHeaders(caller, body, callClass, operation);
    // The value is awaited only if it is a promise, because `await` costs a microtask.
    const resolvedIdentity = identity instanceof Promise ? await identity : identity;
    const httpPost = {
      // A client's headers replace none of the gateway's own.
      headers: Object.assign(
        {},
        resolvedIdentity,
        ownHeaders,
        traceContext === null ? undefined : traceHeaders(traceContext),
      ),
      body,
    };
    try {
      const response = await (shared !== undefined && request.kind === 'query'
        ? shared(identityOf(caller), httpPost, signal)
        : post(httpPost, signal));
      return parseResponse(response, request, endpoint, unauthorizedHint);
    } catch (error) {
      throw subgraphFailureOf(error, request, endpoint, signal);
    }
  };
}

/** Headers that identify one request or its place in a trace. Answers don't depend on them. */
const headersOfOneRequest: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** Returns all data about a caller as one string, without the data that identifies this request. */
function identityOf({ scopes, requestId: _, address: _address, forwarded, ...claims }: Caller): string {
  const headers = Object.entries(forwarded).filter(([name]) => !headersOfOneRequest.has(name));
  return JSON.stringify([claims, [...scopes].sort(), headers]);
}

/**
 * Returns the response even if its HTTP status is an error: the data in it is used (decision 43). If the response then
 * has data and no errors, an error for the client is added.
 */
function parseResponse(
  httpResponse: HttpResponse,
  { subgraph }: SubgraphRequest,
  endpoint: URL,
  unauthorizedHint: string | undefined,
): SubgraphResponse {
  const { status, headers, body } = httpResponse;
  const described = () => describeResponse(httpResponse, endpoint);
  if ((status === 401 || status === 403) && unauthorizedHint !== undefined) {
    const refused = new Refused(`HTTP ${status}: ${unauthorizedHint}`);
    throw new HttpFailure(subgraph, 'refused', { ...described(), hint: unauthorizedHint }, refused);
  }
  const isSuccess = status >= 200 && status < 300;
  const response = isSuccess || isJson(headers['content-type']) ? jsonIn(body) : undefined;
  if (!isResponse(response)) {
    throw new HttpFailure(subgraph, reasonOf(status), described());
  }
  const { data, errors: subgraphErrors } = response;
  if (
    isSuccess ||
    data == null ||
    (Array.isArray(subgraphErrors) ? subgraphErrors.length > 0 : subgraphErrors != null)
  ) {
    return response;
  }
  const message = `The subgraph ${subgraph} answered with the HTTP status ${status}.`;
  return { ...response, errors: [{ message }] };
}

/**
 * Whether this is a media type of JSON: `application/json`, `application/graphql-response+json` or a similar one. An
 * error of a proxy is often an HTML page instead.
 */
function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

/**
 * Returns whether this is a GraphQL response: it has `data` or an error with a message. Data counts whatever errors are
 * beside it, and errors count whatever data is beside them: some servers of PHP answer `[]` for empty data. The checks
 * are written by hand, because a schema library would take more time for every response. The executor checks the
 * content of `data` and `errors`.
 */
function isResponse(response: unknown): response is SubgraphResponse {
  if (!isJsonObject(response)) {
    return false;
  }
  const { data, errors: failures } = response;
  return isJsonObject(data) || (Array.isArray(failures) && failures.some(isErrorJson));
}

function isErrorJson(error: unknown): boolean {
  return isJsonObject(error) && typeof error.message === 'string';
}

function jsonIn(body: Buffer): unknown {
  try {
    // Another encoding would make two keys one: each byte that is not UTF-8 would be read as U+FFFD.
    return isUtf8(body) ? parseJson(body) : undefined;
  } catch {
    return undefined;
  }
}

function subgraphFailureOf(
  error: unknown,
  { subgraph }: SubgraphRequest,
  endpoint: URL,
  signal: AbortSignal,
): SubgraphFailure {
  if (error instanceof SubgraphFailure) {
    return error;
  }
  if (signal.aborted) {
    return new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', error);
  }
  return error instanceof IncompleteResponse
    ? new HttpFailure(subgraph, error.reason, describeResponse(error.head, endpoint), error.cause)
    : new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', error);
}
