/** Which answers caches may keep (RFC 9111). All others have the `no-store` of `answerHeaders`. */
import type { FastifyRequest } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import type { GraphQLResult } from '../engine/request.ts';

export interface CachingOptions {
  /**
   * How long caches may keep the answer to a GET, in seconds; 0: not at all. Above 0 only where GET serves public data
   * alone (`publicTag` of `HostOptions`).
   */
  readonly publicMaxAgeSeconds: number;
  /** Names of request headers, in lower case, that are forwarded to subgraphs unchanged. */
  readonly forwardedHeaders: readonly string[];
}

/** The headers that let caches keep an answer; null where none may. */
type CacheHeaders = (
  request: FastifyRequest,
  result: GraphQLResult,
) => Readonly<Record<string, string>> | null;

/**
 * Caches may keep the answer to a GET that says nothing of its caller, and that has no error: an error may be gone in a
 * second. `Vary` names every header that the answer depends on; `origin` because of CORS.
 */
export function createCacheHeaders({ publicMaxAgeSeconds, forwardedHeaders }: CachingOptions): CacheHeaders {
  if (publicMaxAgeSeconds === 0) {
    return () => null;
  }
  // The request's id says nothing of its caller.
  const callerHeaders = ['authorization', ...forwardedHeaders.filter((name) => name !== requestIdHeader)];
  const varying = ['accept', 'accept-encoding', 'accept-language', 'origin', ...callerHeaders];
  const headers = {
    'cache-control': `public, max-age=${publicMaxAgeSeconds}`,
    vary: [...new Set(varying)].join(', '),
  };
  return ({ method, headers: sent }, { data, errors }) => {
    const isPublic =
      method === 'GET' &&
      data != null &&
      errors === undefined &&
      callerHeaders.every((name) => sent[name] === undefined);
    return isPublic ? headers : null;
  };
}
