import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * The status of a request whose client disconnected before the answer. nginx uses the same number. It is not an error
 * of this process.
 */
export const clientClosedRequest = 499;

type RequestEnded = (request: FastifyRequest, reply: FastifyReply, status: number) => void;

/** The functions that each server calls at the end of a request. */
const listeners = new WeakMap<FastifyInstance, RequestEnded[]>();

/**
 * Calls `ended` once for each request to the routes of `app`. If the answer is sent, `ended` gets its status. If the
 * client disconnects first, `ended` gets 499, because Fastify doesn't call `onResponse` then. All registered functions
 * share one pair of listeners for each request.
 */
export function onRequestEnd(app: FastifyInstance, ended: RequestEnded): void {
  const known = listeners.get(app);
  if (known !== undefined) {
    known.push(ended);
    return;
  }
  const all = [ended];
  listeners.set(app, all);
  app.addHook('onRequest', (request, reply, done) => {
    let isSent = false;
    const tell = (status: number) => {
      for (const each of all) {
        each(request, reply, status);
      }
    };
    reply.raw.on('finish', () => {
      isSent = true;
      tell(reply.statusCode);
    });
    reply.raw.on('close', () => {
      if (!isSent) {
        tell(clientClosedRequest);
      }
    });
    done();
  });
}
