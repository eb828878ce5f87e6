import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameOrigin } from '../../server/same-origin.ts';
import { answerProblem } from './answers.ts';

/** Rejects what another site's page sends with the browser's cookies. */
export const requireSameOrigin =
  (origin: string) =>
  async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    if (!isSameOrigin(headers, origin)) {
      return answerProblem(reply, 'FORBIDDEN');
    }
  };
