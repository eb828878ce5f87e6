import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header with a request's id. The id is in the answer, in our log, and in the logs of proxies and subgraphs. */
export const requestIdHeader = 'x-request-id';

/**
 * Accepts 20 to 64 letters, digits, `_`, `.` and `-`, such as the UUIDs and ULIDs that proxies make. Numbers of persons
 * and cards are shorter. So no such number gets into our log, whatever a client sends (R30).
 */
const validId = /^[\w.-]{20,64}$/;

/** Returns the id that came with the request if it is valid, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers[requestIdHeader];
  return typeof sent === 'string' && validId.test(sent) ? sent : randomUUID();
}
