/** Decides which answers caches may keep (RFC 9111). All other answers have the `no-store` of `answerHeaders`. */
import type { FastifyRequest } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import type { GraphQLResult } from '../engine/request.ts';

export interface CachingOptions {
  /**
   * How long caches may keep the answer to a GET, in seconds. 0: not at all. Must be 0 unless GET serves only public
   * data (`publicTag` of `HostOptions`).
   */
  readonly publicMaxAgeSeconds: number;
  /** Names of request headers, in lower case, that are forwarded to subgraphs unchanged. */
  readonly forwardedHeaders: readonly string[];
}

/** Returns the headers that let caches keep an answer. Null if caches must not keep it. */
type CacheHeaders = (
  request: FastifyRequest,
  result: GraphQLResult,
) => Readonly<Record<string, string>> | null;

/**
 * Lets caches keep the answer to a GET that depends on nothing about its caller and has no error. An error may be gone
 * in a second. `Vary` names every header on which the answer depends, and `origin` because of CORS.
 */
export function createCacheHeaders({ publicMaxAgeSeconds, forwardedHeaders }: CachingOptions): CacheHeaders {
  if (publicMaxAgeSeconds === 0) {
    return () => null;
  }
  // The request id is left out, because it tells nothing about the caller.
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
