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
 * Calls `ended` once for each request to the routes of `app`: when the answer was sent, with its status, or when the
 * client disconnected before, with 499. Fastify doesn't call `onResponse` if the client has disconnected. Each request
 * has one pair of listeners, however many functions are registered.
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
