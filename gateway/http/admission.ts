import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { Bulkhead, type Turn } from '../../platform/priority/bulkhead.ts';
import { LinkedList, type Listed } from '../../platform/priority/linked-list.ts';
import { HttpError, ownExcessMs, tooManyRequests } from '../engine/request.ts';
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
    /** The caller to whose share the slot belongs. Null until the caller is known. */
    turn: Turn | null;
  }
}

/** The admission of the requests of one route. */
interface Admission {
  readonly hooks: Pick<RouteShorthandOptions, 'onRequest' | 'preValidation' | 'onSend'>;
  /**
   * Adds the request's slot to the share of its caller. Call it when the caller is known. `caller` is a key, or null if
   * callers are not distinguished.
   * @throws HttpError 429 if the caller already has as many slots as one caller may have
   */
  requireShare(request: FastifyRequest, caller: string | null): void;
  /** Frees the slot of the request. It is also freed when the answer is sent. */
  endExecution(request: FastifyRequest): void;
}

/**
 * A bulkhead: at most `maxConcurrent` requests execute at a time. Any further request is rejected at once with a 503.
 * There is no queue, because by the end of a long queue most clients have given up.
 *
 * Once the caller of a request is known, the slot belongs to the caller's share. A caller may have at most as many
 * slots as are still free (`Bulkhead`). So no caller can use up all slots, not even with requests that only wait for
 * another request with the same document or search.
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
): Admission {
  app.decorateRequest('isExecuting', false);
  app.decorateRequest('turn', null);
  const arrivals = limitArrivals(app, maxConcurrent * arrivingPerSlot);
  const shares = new Bulkhead(maxConcurrent);
  let executing = 0;
  const endExecution = (request: FastifyRequest) => {
    if (request.isExecuting) {
      executing -= 1;
      request.isExecuting = false;
    }
    if (request.turn !== null) {
      shares.leave(request.turn);
      request.turn = null;
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
    requireShare(request, caller) {
      const turn = { callClass: 'lending', caller } as const;
      // A client that has disconnected meanwhile has given its slot back.
      if (request.isExecuting && shares.take(turn) !== null) {
        observer.admissionRefused?.('arrival_of_caller', null);
        throw tooManyRequests(ownExcessMs);
      }
      request.turn = request.isExecuting ? turn : null;
    },
    endExecution,
    hooks: {
      onRequest(request, { raw }, done) {
        raw.on('close', () => {
          arrivals.end(request);
          endExecution(request);
        });
        arrivals.begin(request, raw);
        // The check also happens here, so that the body of a request without a free slot isn't read.
        done(overload());
      },
      preValidation(request, _reply, done) {
        arrivals.end(request);
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
    },
  };
}

/** Closes the connection of the oldest request whose body may still be arriving, if there are more than `max`. */
function limitArrivals(app: FastifyInstance, max: number) {
  app.decorateRequest('arrival', null);
  const arriving = new LinkedList<Arrival>();
  return {
    begin(request: FastifyRequest, response: Arrival['response']): void {
      request.arrival = { response, previous: undefined, next: undefined };
      arriving.add(request.arrival);
      if (arriving.size > max) {
        arriving.first?.response.destroy();
      }
    },
    end(request: FastifyRequest): void {
      if (request.arrival !== null) {
        arriving.remove(request.arrival);
        request.arrival = null;
      }
    },
  };
}
