import type { FastifyRequest } from 'fastify';
import { HttpError } from '../../engine/request.ts';

/**
 * Refuses the WebSocket of a page on another origin. CORS doesn't do that: browsers ask for no leave before they open a
 * WebSocket. A program that is no browser sends no `Origin`.
 * @throws HttpError 403
 */
export function requireOrigin(request: FastifyRequest, corsOrigins: readonly string[]): void {
  const { origin } = request.headers;
  if (origin !== undefined && !corsOrigins.includes(origin) && !isOwn(origin, request)) {
    throw new HttpError(403, 'FORBIDDEN', 'Pages on this origin may not call this server.');
  }
}

/** Proxies may speak another protocol to this server than the browser to them, so only the hosts are compared. */
const isOwn = (origin: string, { host }: FastifyRequest): boolean => URL.parse(origin)?.host === host;
