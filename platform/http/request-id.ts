import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Names a request in its answer, in our log and in those of proxies and subgraphs. */
export const requestIdHeader = 'x-request-id';

/**
 * The form of a UUID, a ULID, or 32 hexadecimal digits, as proxies make them. Numbers of persons and cards are shorter, so that none of
 * them gets into our log, whatever a client sends (R30).
 */
const validId = /^[\w.-]{20,64}$/;

/** The id that came with the request, where it is valid; else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers[requestIdHeader];
  return typeof sent === 'string' && validId.test(sent) ? sent : randomUUID();
}
