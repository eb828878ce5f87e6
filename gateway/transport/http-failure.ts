import { SubgraphFailure, type SubgraphFailureCode } from '../executor/index.ts';
import type { ResponseHead } from './dispatch.ts';

/**
 * The reasons why a subgraph's response can't be used. Each has the error's code, and the words that follow the
 * subgraph's name in the error's message.
 */
const reasons = {
  refused: ['SUBGRAPH_UNAVAILABLE', 'refused the request'],
  failed: ['SUBGRAPH_UNAVAILABLE', 'answered with a server error'],
  brokenOff: ['SUBGRAPH_UNAVAILABLE', 'broke off its answer'],
  redirected: ['SUBGRAPH_INVALID_RESPONSE', 'redirected the request'],
  tooLarge: ['SUBGRAPH_INVALID_RESPONSE', 'gave an answer that is too large'],
  notGraphql: ['SUBGRAPH_INVALID_RESPONSE', 'gave an answer that is not a GraphQL response'],
} as const satisfies Readonly<Record<string, readonly [SubgraphFailureCode, string]>>;

export type HttpFailureReason = keyof typeof reasons;

/** A subgraph answered over HTTP, and the response can't be used. */
export class HttpFailure extends SubgraphFailure {
  readonly reason: HttpFailureReason;
  readonly response: LoggedResponse;

  constructor(subgraph: string, reason: HttpFailureReason, response: LoggedResponse, cause?: unknown) {
    const [code, says] = reasons[reason];
    super(subgraph, code, cause, says);
    this.reason = reason;
    this.response = response;
  }
}

/** The reason why a complete HTTP response without a GraphQL response can't be used. */
export function reasonOf(status: number): HttpFailureReason {
  if (status >= 500) {
    return 'failed';
  }
  // Node's server answers 408 to a request that came while its process was frozen.
  if (status === 401 || status === 403 || status === 408 || status === 429) {
    return 'refused';
  }
  return status >= 300 && status < 400 ? 'redirected' : 'notGraphql';
}

/**
 * The parts of a response that may be logged. They contain nothing of the body, and no header that may contain data.
 */
export type LoggedResponse = Readonly<Record<string, string | number | undefined>>;

/**
 * Describes a response for the log. `endpoint` is the URL to which the request was sent.
 *
 *     { status: 307, mediaType: 'text/html', bytes: 162, location: 'http://books:4001/graphql/' }
 */
export function describeResponse({ status, headers, bytes }: ResponseHead, endpoint: URL): LoggedResponse {
  const isRedirect = status >= 300 && status < 400;
  return {
    status,
    mediaType: matchIn(headers['content-type'], /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}/),
    contentEncoding: matchIn(headers['content-encoding'], /^[\w, -]{1,50}$/),
    bytes,
    location: isRedirect ? redirectTargetOf(String(headers.location ?? ''), endpoint) : undefined,
  };
}

function matchIn(header: ResponseHead['headers'][string], pattern: RegExp): string | undefined {
  return header === undefined ? undefined : pattern.exec(String(header))?.[0];
}

const maxLocationLength = 200;

/**
 * Returns a URL without the parts that may be secret: the query string and the credentials. Undefined if it is not an
 * http or https URL.
 */
function redirectTargetOf(location: string, endpoint: URL): string | undefined {
  const url = location === '' ? null : URL.parse(location, endpoint.href);
  return url !== null && /^https?:$/.test(url.protocol)
    ? (url.origin + url.pathname).slice(0, maxLocationLength)
    : undefined;
}
