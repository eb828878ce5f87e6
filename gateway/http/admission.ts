import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { LinkedList, type Listed } from '../../platform/priority/linked-list.ts';
import { HttpError } from '../engine/request.ts';
import type { GatewayObserver } from '../observer.ts';

/** Requests whose bodies may be arriving, per slot. Beyond that, the connection of the oldest of them is closed. */
const arrivingPerSlot = 4;

/** A request whose body may still be arriving. */
interface Arrival extends Listed<Arrival> {
  readonly response: FastifyReply['raw'];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Its body may still be arriving: null before and after. */
    arrival: Arrival | null;
    /** It occupies a slot. */
    isExecuting: boolean;
  }
}

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
  app: FastifyInstance,
  maxConcurrent: number,
  observer: GatewayObserver,
): Pick<RouteShorthandOptions, 'onRequest' | 'preValidation' | 'onSend'> {
  app.decorateRequest('arrival', null);
  app.decorateRequest('isExecuting', false);
  const arriving = new LinkedList<Arrival>();
  let executing = 0;
  const endArrival = (request: FastifyRequest) => {
    if (request.arrival !== null) {
      arriving.remove(request.arrival);
      request.arrival = null;
    }
  };
  const endExecution = (request: FastifyRequest) => {
    if (request.isExecuting) {
      executing -= 1;
      request.isExecuting = false;
    }
  };
  const overload = () => {
    if (executing < maxConcurrent) {
      return undefined;
    }
    observer.admissionRefused?.('arrival', null);
    return new HttpError(503, 'UNAVAILABLE', 'Too many requests are under way: try again in a second.');
  };
  return {
    onRequest(request, { raw }, done) {
      request.arrival = { response: raw, previous: undefined, next: undefined };
      arriving.add(request.arrival);
      raw.on('close', () => {
        endArrival(request);
        endExecution(request);
      });
      if (arriving.size > maxConcurrent * arrivingPerSlot) {
        arriving.first?.response.destroy();
      }
      // Checked here too, so that the body of a request without a chance isn't read.
      done(overload());
    },
    preValidation(request, _reply, done) {
      endArrival(request);
      const rejection = overload();
      if (rejection === undefined) {
        executing += 1;
        request.isExecuting = true;
      }
      done(rejection);
    },
    onSend(request, _reply, payload, done) {
      endExecution(request);
      done(null, payload);
    },
  };
}
