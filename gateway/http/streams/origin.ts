import type { FastifyRequest } from 'fastify';
import { HttpError } from '../../engine/request.ts';

/**
 * Refuses the WebSocket of a page on another origin. CORS doesn't prevent it, because browsers send no preflight before
 * they open a WebSocket. A program that is not a browser sends no `Origin`.
 * @throws HttpError 403
 */
export function requireOrigin(request: FastifyRequest, corsOrigins: readonly string[]): void {
  const { origin } = request.headers;
  if (origin !== undefined && !corsOrigins.includes(origin) && !isOwn(origin, request)) {
    throw new HttpError(403, 'FORBIDDEN', 'Pages on this origin may not call this server.');
  }
}

/** Only the hosts are compared, because a proxy may use https with the browser and http with this server. */
const isOwn = (origin: string, { host }: FastifyRequest): boolean => URL.parse(origin)?.host === host;
