/** Decides which answers caches may keep (RFC 9111). All other answers have the `no-store` of `answerHeaders`. */
import type { FastifyRequest } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import type { OperationReport } from '../engine/operation-report.ts';
import type { GraphQLResult } from '../engine/request.ts';

export interface CachingOptions {
  /**
   * How long caches may keep the answer to a GET, in seconds. 0: not at all. With another value, GET must serve only
   * public data (`publicTag` of `HostOptions`).
   */
  readonly publicMaxAgeSeconds: number;
  /** Names of request headers, in lower case, that may be forwarded to subgraphs. */
  readonly forwardedHeaders: readonly string[];
  /**
   * Whether answers to queries have the strictest `Cache-Control` of the subgraphs' answers, in place of
   * `publicMaxAgeSeconds`. Default: false.
   */
  readonly joinsCacheControl?: boolean;
}

/** Returns the headers that allow caches to keep an answer. Null if caches must not keep it. */
type CacheHeaders = (
  request: FastifyRequest,
  result: GraphQLResult,
  report: OperationReport | undefined,
) => Readonly<Record<string, string>> | null;

/**
 * Returns the function that allows caches to keep some answers. By default, these are answers to a GET that don't
 * depend on the caller. With `joinsCacheControl`, these are answers to queries, if all subgraphs allow it. An answer
 * with a cookie or an error is never kept: an error may be gone in a second. `Vary` names every header on which the
 * answer depends. It also names `origin`, because of CORS.
 */
export function createCacheHeaders({
  publicMaxAgeSeconds,
  forwardedHeaders,
  joinsCacheControl = false,
}: CachingOptions): CacheHeaders {
  if (publicMaxAgeSeconds === 0 && !joinsCacheControl) {
    return () => null;
  }
  // The request id is left out, because it says nothing about the caller.
  const callerHeaders = ['authorization', ...forwardedHeaders.filter((name) => name !== requestIdHeader)];
  const varying = ['accept', 'accept-encoding', 'accept-language', 'origin', ...callerHeaders];
  const vary = [...new Set(varying)].join(', ');
  if (joinsCacheControl) {
    return (_request, { data, errors }, report) => {
      const joined = report?.answerHeaders ?? null;
      const mayBeKept =
        data != null && errors === undefined && report?.type === 'query' && joined?.setsCookie === false;
      const cacheControl = mayBeKept ? joined.cacheControl : null;
      return cacheControl === null ? null : { 'cache-control': cacheControl, vary };
    };
  }
  const headers = { 'cache-control': `public, max-age=${publicMaxAgeSeconds}`, vary };
  return ({ method, headers: sent }, { data, errors }, report) => {
    const isPublic =
      method === 'GET' &&
      report?.answerHeaders?.setsCookie !== true &&
      data != null &&
      errors === undefined &&
      callerHeaders.every((name) => sent[name] === undefined);
    return isPublic ? headers : null;
  };
}
