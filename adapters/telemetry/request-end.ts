import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The status of a request whose client disconnected before its answer, as nginx has it. It is no fault of ours. */
export const clientClosedRequest = 499;

/**
 * Calls `ended` once for each request to the routes of `app`: when its answer was sent, with the status of the answer, or when
 * its client disconnected before, with 499.
 */
export function onRequestEnd(
  app: FastifyInstance,
  ended: (request: FastifyRequest, reply: FastifyReply, status: number) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    let isSent = false;
    reply.raw.once('finish', () => {
      isSent = true;
      ended(request, reply, reply.statusCode);
    });
    reply.raw.once('close', () => {
      if (!isSent) {
        ended(request, reply, clientClosedRequest);
      }
    });
    done();
  });
}
