/** A client of GraphQL over HTTP that calls one subgraph at its endpoint. */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Refused } from '../../platform/lifecycle/dependency-watch.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { traceHeaders } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import {
  bodyStart,
  isJsonObject,
  parseJson,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../executor/index.ts';
import type { Exchange, HttpPost } from './connection-pool.ts';
import { acceptedCodings } from './content-codings.ts';
import { type HttpResponse, IncompleteResponse } from './dispatch.ts';
import type { AnswerHeader } from './foreign/answer-headers.ts';
import { CircuitOpen, DeadlineExceeded } from './foreign/call-policy.ts';
import { describeResponse, HttpFailure, reasonOf } from './http-failure.ts';
import { shareInFlight } from './share-in-flight.ts';
import type { ClientOperation, Transport, TransportRequest } from './transport.ts';

export interface GraphqlTransportOptions {
  /**
   * Returns the headers that tell the subgraph who the caller is, how urgent the request is, and what the client's
   * operation is.
   */
  identityHeaders(
    caller: Caller,
    body: string,
    callClass: CallClass,
    operation: ClientOperation | null,
  ): Promise<HttpPost['headers']> | HttpPost['headers'];
  /**
   * The likely cause of a 401 or 403, for the log. Set if such a status means that the subgraph rejects the gateway and
   * not the client. The client then gets SUBGRAPH_UNAVAILABLE.
   */
  readonly unauthorizedHint?: string;
  /** Whether simultaneous identical queries of one caller are sent only once. Default: false. */
  readonly share?: boolean;
  /**
   * Selects the headers of a subgraph's answer that the client gets. If this function is set, the gateway reads only
   * `data` and `errors` of the answer's body. If it is not set, the client gets no headers, and everything in the body
   * is passed on.
   */
  readonly answerHeaders?: (headers: IncomingHttpHeaders) => readonly AnswerHeader[];
  /**
   * Whether the gateway requests compressed answers (decision 44). Default: false. The gateway can always read a
   * compressed answer.
   */
  readonly acceptCompressed?: boolean;
}

interface Endpoint {
  readonly endpoint: URL;
  readonly post: Exchange;
  /** Posts queries. It may send them again, unlike `post`. Default: `post`. */
  readonly postQuery?: Exchange;
}

const mediaTypes = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
};

export function createGraphqlTransport(
  { endpoint, post, postQuery = post }: Endpoint,
  options: GraphqlTransportOptions,
): Transport {
  const {
    identityHeaders,
    unauthorizedHint,
    answerHeaders,
    share = false,
    acceptCompressed = false,
  } = options;
  const ownHeaders = acceptCompressed ? { ...mediaTypes, 'accept-encoding': acceptedCodings } : mediaTypes;
  const shared = share ? shareInFlight(postQuery) : undefined;
  return async (request, caller, signal, callClass, operation, traceContext) => {
    const body = `${request.bodyStart ?? bodyStart(request.operation)}${JSON.stringify(request.variables)}}`;
    const identity = identityHeaders(caller, body, callClass, operation);
    // The value is awaited only if it is a promise, because `await` costs a microtask.
    const resolvedIdentity = identity instanceof Promise ? await identity : identity;
    const httpPost = {
      // The gateway's own headers come last, so that no header of a client replaces them.
      headers: Object.assign(
        {},
        resolvedIdentity,
        request.headers,
        ownHeaders,
        traceContext === null ? undefined : traceHeaders(traceContext),
      ),
      body,
    };
    try {
      const response = await (request.kind === 'mutation'
        ? post(httpPost, signal)
        : shared === undefined
          ? postQuery(httpPost, signal)
          : shared(identityOf(caller, resolvedIdentity, request.headers), httpPost, signal));
      const answer = parseResponse(response, request, endpoint, unauthorizedHint);
      return answerHeaders === undefined
        ? answer
        : { data: answer.data, errors: answer.errors, headers: answerHeaders(response.headers) };
    } catch (error) {
      throw subgraphFailureOf(error, request, endpoint, signal);
    }
  };
}

/** Headers that identify one request or its place in a trace. Answers don't depend on them. */
const headersOfOneRequest: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/**
 * Returns one string with everything on which an answer may depend besides the body: the caller's identity and the
 * headers that the subgraph gets. Headers that identify only this request are left out. `ofHook` are the headers that a
 * hook added.
 */
function identityOf(
  { scopes, requestId: _, address: _address, forwarded: _forwarded, ...identity }: Caller,
  headers: HttpPost['headers'],
  ofHook: TransportRequest['headers'],
): string {
  const sent = Object.entries(headers).filter(([name]) => !headersOfOneRequest.has(name));
  return JSON.stringify([identity, [...scopes].sort(), sent, ofHook]);
}

/**
 * Returns the GraphQL response. Its data is used even if the HTTP status is an error (decision 43). If such a response
 * has data and no errors, an error for the client is added.
 * @throws HttpFailure if the response can't be used
 */
export function parseResponse(
  httpResponse: HttpResponse,
  { subgraph }: Pick<SubgraphRequest, 'subgraph'>,
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
 * Whether this is a media type of JSON: `application/json`, `application/graphql-response+json` or a similar type. An
 * error of a proxy is often an HTML page.
 */
function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

/**
 * Returns whether this is a GraphQL response: it has `data` or an error with a message. Valid data is enough, even if
 * the errors are malformed. One valid error is enough, even if the data is malformed: for example, some PHP servers
 * send `[]` as empty data. The checks are written by hand, because a schema library would take more time for every
 * response. The executor checks the content of `data` and `errors`.
 */
export function isResponse(response: unknown): response is SubgraphResponse {
  if (!isJsonObject(response)) {
    return false;
  }
  const { data, errors: failures } = response;
  return isJsonObject(data) || (Array.isArray(failures) && failures.some(isErrorJson));
}

function isErrorJson(error: unknown): boolean {
  return isJsonObject(error) && typeof error.message === 'string';
}

/** The value of JSON in UTF-8. Undefined if the body is something else. */
export function jsonIn(body: Buffer): unknown {
  try {
    // Only UTF-8 is accepted. In a body with another encoding, invalid bytes would all be read as U+FFFD, so two
    // different keys could become equal.
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
  if (signal.aborted || error instanceof DeadlineExceeded) {
    return new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', error);
  }
  if (error instanceof CircuitOpen) {
    return new SubgraphFailure(
      subgraph,
      'SUBGRAPH_UNAVAILABLE',
      error,
      'is not asked, because it failed again and again',
    );
  }
  return error instanceof IncompleteResponse
    ? new HttpFailure(subgraph, error.reason, describeResponse(error.head, endpoint), error.cause)
    : new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', error);
}
