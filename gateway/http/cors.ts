import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';

/** How long a browser may keep the answer to a preflight, in seconds. It is the longest time that Chromium allows. */
const preflightLifetimeSeconds = 2 * 60 * 60;

/**
 * Lets pages on `origins` call the routes of `app`. Without origins it adds nothing, and browsers let no page of
 * another origin read an answer. Pages send their token themselves. There are no cookies, so browsers need not send
 * credentials.
 *
 * Any request header is allowed: pages on these origins are trusted, and only `Authorization` gives rights.
 */
export async function addCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) {
    return;
  }
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['Retry-After', requestIdHeader],
    maxAge: preflightLifetimeSeconds,
    // An OPTIONS request that is not a preflight also gets 204. By default, the plugin would reject it.
    strictPreflight: false,
  });
}
