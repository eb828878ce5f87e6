import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerProblem } from './answers.ts';

/**
 * Rejects what another site's page sends with the browser's cookies. Browsers say where a request comes from, and no page can make
 * them lie. What says nothing is no browser, and has no cookies of anybody's.
 */
export const requireSameOrigin = (origin: string) => async (request: FastifyRequest, reply: FastifyReply) => {
  const { 'sec-fetch-site': site, origin: sentOrigin } = request.headers;
  if (site === undefined ? sentOrigin !== origin : site !== 'same-origin') {
    return answerProblem(reply, 'FORBIDDEN');
  }
};
