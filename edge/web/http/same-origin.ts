import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameOrigin } from '../../server/same-origin.ts';
import { answerError } from './answers.ts';

/** Rejects requests that pages of other sites send with the browser's cookies. */
export const requireSameOrigin =
  (origin: string) =>
  async ({ headers }: FastifyRequest, reply: FastifyReply) => {
    if (!isSameOrigin(headers, origin)) {
      return answerError(reply, 'CSRF_CHECK_FAILED');
    }
  };
