/** Content negotiation: the media types of an answer, and of the events of a subscription, that a client accepts. */
import type { FastifyRequest } from 'fastify';
import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import { HttpError, type IncrementalFormat } from '../../engine/request.ts';
import { acceptedFormat } from './accepted-format.ts';
import { acceptedStream, type HttpStreamProtocol } from './accepted-stream.ts';
import { mediaRangesOf } from './media-ranges.ts';

const graphqlResponse = 'application/graphql-response+json; charset=utf-8';
export const plainJson = 'application/json; charset=utf-8';

/**
 * The media types for content negotiation. The first is for a client without a preference. Parameters are compared
 * literally, so the list has each media type with both spellings of the charset.
 */
const offered = [
  plainJson,
  graphqlResponse,
  'application/json; charset=utf8',
  'application/graphql-response+json; charset=utf8',
];

interface Accepted {
  /** The media type of a whole answer. Null if the header accepts none of our media types. */
  readonly mediaType: string | null;
  /** The format for an answer in parts (`@defer`). Null if the client accepts only a whole answer. */
  readonly incremental: IncrementalFormat | null;
  /** The protocol for the events of a subscription. Null if the client accepts none over HTTP. */
  readonly stream: HttpStreamProtocol | null;
  /** Whether the client accepts Server-Sent Events and no JSON, so that a whole answer is written as events, too. */
  readonly takesEventsAlone: boolean;
}

/** The media types for a client that accepts a whole answer. */
export interface Negotiated extends Accepted {
  readonly mediaType: string;
}

/** The results of negotiation, by `Accept` header. The cache is small, because clients send few different headers. */
const negotiated = new WeightedCache<string, Accepted>(100);

/**
 * Returns what the client accepts. The media type of a whole answer is `application/graphql-response+json` if the client
 * prefers it, otherwise plain JSON. It is plain JSON, too, for a client that accepts only parts or streams.
 * @throws HttpError 406
 */
export function negotiate(request: FastifyRequest): Negotiated {
  const found = accepted(request);
  if (!isNegotiated(found)) {
    throw new HttpError(
      406,
      'NOT_ACCEPTABLE',
      'Answers are application/graphql-response+json or application/json.',
    );
  }
  return found;
}

const isNegotiated = (found: Accepted): found is Negotiated => found.mediaType !== null;

/**
 * Returns the media type of an error that is not a GraphQL answer. If the client accepts neither type, it is plain
 * JSON.
 */
export function mediaTypeOfError(request: FastifyRequest): string {
  return accepted(request).mediaType ?? plainJson;
}

function accepted(request: FastifyRequest): Accepted {
  const { accept = '' } = request.headers;
  const cached = negotiated.get(accept);
  if (cached !== undefined) {
    return cached;
  }
  const type = request.accepts().type(offered);
  const isNewType = typeof type === 'string' && type.startsWith('application/graphql-response+json');
  const ranges = mediaRangesOf(accept);
  const incremental = acceptedFormat(ranges);
  const stream = acceptedStream(ranges);
  const none = incremental === null && stream === null ? null : plainJson;
  const result = {
    mediaType: type === false ? none : isNewType ? graphqlResponse : plainJson,
    incremental,
    stream,
    takesEventsAlone: type === false && stream === 'sse',
  };
  negotiated.set(accept, result);
  return result;
}
