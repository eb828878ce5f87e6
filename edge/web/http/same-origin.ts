import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameOrigin } from '../../server/same-origin.ts';
import { answerError } from './answers.ts';

/** Rejects requests that the page of another site sends with the browser's cookies. */
export const requireSameOrigin =
  (origin: string) =>
  async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    if (!isSameOrigin(headers, origin)) {
      return answerError(reply, 'CSRF_CHECK_FAILED');
    }
  };
