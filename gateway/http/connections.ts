import type { FastifyReply } from 'fastify';
import { ClientGone } from '../engine/request.ts';

/**
 * Returns a signal that aborts after `timeoutMs`, or with `ClientGone` if the client disconnects before its answer is
 * sent. Fastify's `request.signal` is unsuitable, because it ends with the request's body. `AbortSignal.timeout()` with
 * `any()` would cost more time than the rest of a small request.
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
