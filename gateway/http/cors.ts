import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';

/** How long a browser may keep the answer to a preflight, in seconds: as long as Chromium keeps one at most. */
const preflightLifetimeSeconds = 2 * 60 * 60;

/**
 * Lets pages on `origins` call the routes of `app`. Without origins nothing is added, and a browser lets no other page
 * read an answer. Pages send their token themselves. There are no cookies, so browsers are not told to send any.
 *
 * Any request header is allowed: a page of such an origin is trusted, and no header gives a right but `Authorization`.
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
    // An OPTIONS that is no preflight gets 204 as well, and not a text in place of our errors.
    strictPreflight: false,
  });
}
