import type { FastifyReply, RouteShorthandOptions } from 'fastify';
import { HttpError } from '../engine/request.ts';

type Response = FastifyReply['raw'];

/** Requests whose bodies may be arriving, per slot. Beyond that, the connection of the oldest of them is closed. */
const arrivingPerSlot = 4;

/**
 * A bulkhead: at most `maxConcurrent` requests execute at once, one more is rejected at once with a 503. There is no
 * queue, because a queue that grows is answered when its clients have given up.
 *
 * A request takes its slot when its body has arrived, and leaves it when its answer is handed to the socket. So a client
 * that sends or reads slowly occupies a connection, and no slot. How long it may do so is up to the timeouts of the
 * server (`socketTimeouts`).
 *
 * With `maxConcurrent` of 1: while A executes, B is rejected as soon as its headers are there. While A's body is still
 * arriving, B executes; if B isn't done when A's body is complete, A is rejected.
 */
export function limitConcurrency(
  maxConcurrent: number,
): Pick<RouteShorthandOptions, 'onRequest' | 'preValidation' | 'onSend'> {
  const arriving = new Set<Response>();
  const executing = new Set<Response>();
  const removeClosed = function (this: Response) {
    arriving.delete(this);
    executing.delete(this);
  };
  const overload = () =>
    executing.size < maxConcurrent
      ? undefined
      : new HttpError(503, 'UNAVAILABLE', 'Too many requests are under way: try again in a second.');
  return {
    onRequest(_request, { raw }, done) {
      arriving.add(raw);
      raw.on('close', removeClosed);
      if (arriving.size > maxConcurrent * arrivingPerSlot) {
        const [oldest] = arriving;
        oldest?.destroy();
      }
      // Checked here too, so that the body of a request without a chance isn't read.
      done(overload());
    },
    preValidation(_request, { raw }, done) {
      arriving.delete(raw);
      const rejection = overload();
      if (rejection === undefined) {
        executing.add(raw);
      }
      done(rejection);
    },
    onSend(_request, { raw }, payload, done) {
      executing.delete(raw);
      done(null, payload);
    },
  };
}
