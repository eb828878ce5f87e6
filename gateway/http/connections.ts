import type { FastifyReply } from 'fastify';
import { ClientGone } from '../engine/request.ts';

/**
 * A signal that aborts after `timeoutMs`, or with `ClientGone` when the client disconnects before its answer is sent. Not
 * Fastify's `request.signal`, which ends with the request's body. Not `AbortSignal.timeout()` with `any()`, which cost more
 * than the rest of a small request.
 */
export function createRequestSignal(reply: FastifyReply, timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  reply.raw.on('close', () => {
    clearTimeout(timer);
    if (!reply.raw.writableFinished) {
      controller.abort(new ClientGone());
    }
  });
  return controller.signal;
}
