import type { FastifyReply, RouteShorthandOptions } from 'fastify';
import { HttpRefusal } from '../engine/request.ts';

type Response = FastifyReply['raw'];

/** Requests whose bodies are still coming in, for each place; of more, the one that has been at it longest is cut off. */
const arrivingForEachPlace = 4;

/**
 * Lets at most `max` requests be under way. One more is refused at once: who waits in a queue that grows is answered when
 * nobody listens any more.
 *
 * A place is taken once the body is there, and left once the answer is: a client that sends or reads slowly costs a
 * connection, and nobody a place. How long it may take is for the server's clocks.
 */
export function admitAtMost(
  max: number,
): Pick<RouteShorthandOptions, 'onRequest' | 'preValidation' | 'onSend'> {
  const arriving = new Set<Response>();
  const underWay = new Set<Response>();
  const forget = function (this: Response) {
    arriving.delete(this);
    underWay.delete(this);
  };
  const refusal = () =>
    underWay.size < max
      ? undefined
      : new HttpRefusal(503, 'UNAVAILABLE', 'Too many requests are under way: try again in a second.');
  return {
    onRequest(_request, { raw }, done) {
      arriving.add(raw);
      raw.on('close', forget);
      if (arriving.size > max * arrivingForEachPlace) {
        const [longest] = arriving;
        longest?.destroy();
      }
      // Its body need not be read to tell that it comes too late.
      done(refusal());
    },
    preValidation(_request, { raw }, done) {
      arriving.delete(raw);
      const refused = refusal();
      if (refused === undefined) {
        underWay.add(raw);
      }
      done(refused);
    },
    onSend(_request, { raw }, payload, done) {
      underWay.delete(raw);
      done(null, payload);
    },
  };
}
