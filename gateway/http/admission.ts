import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { LinkedList, type Listed } from '../../platform/priority/linked-list.ts';
import { HttpError } from '../engine/request.ts';
import type { GatewayObserver } from '../observer.ts';

/**
 * Maximum number of requests per slot whose bodies may still be arriving. If there are more, the connection of the
 * oldest request is closed.
 */
const arrivingPerSlot = 4;

/** A request whose body may still be arriving. */
interface Arrival extends Listed<Arrival> {
  readonly response: FastifyReply['raw'];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Not null while the body may still be arriving. */
    arrival: Arrival | null;
    /** Whether the request occupies a slot. */
    isExecuting: boolean;
  }
}

/**
 * A bulkhead: at most `maxConcurrent` requests execute at a time. Any further request is rejected at once with a 503.
 * There is no queue, because by the end of a long queue most clients have given up.
 *
 * A request takes a slot when its body has arrived, and frees it when its answer goes to the socket. So a client that
 * sends or reads slowly occupies a connection, but not a slot. The server's timeouts limit this time
 * (`socketTimeouts`).
 *
 * Example with a `maxConcurrent` of 1: while A executes, B is rejected as soon as its headers arrive. While A's body is
 * still arriving, B can execute. If B still executes when A's body is complete, A is rejected.
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
      // The check also happens here, so that the body of a request without a free slot isn't read.
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
