import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { Bulkhead, type Turn } from '../../platform/priority/bulkhead.ts';
import { LinkedList, type Listed } from '../../platform/priority/linked-list.ts';
import { onResponseClose } from '../../platform/telemetry/request-events.ts';
import { HttpError, ownExcessMs, tooManyRequests } from '../engine/request.ts';
import type { GatewayObserver } from '../observer.ts';

/**
 * For each slot, the maximum number of requests whose bodies may still be arriving. If there are more, the connection
 * of the oldest request is closed.
 */
const arrivingPerSlot = 4;

/** The state of a request. */
class AdmissionState implements Listed<AdmissionState> {
  readonly response: FastifyReply['raw'];
  /** Whether the body may still be arriving. */
  isArriving = true;
  /** Whether the request occupies a slot. */
  isExecuting = false;
  /** The caller for whom the slot is counted. Null until the caller is known. */
  turn: Turn | null = null;
  previous: AdmissionState | undefined;
  next: AdmissionState | undefined;

  constructor(response: FastifyReply['raw']) {
    this.response = response;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The state of the request. Null until its headers have arrived. Undefined for other routes. */
    admission: AdmissionState | null | undefined;
  }
}

export interface Admission {
  readonly hooks: Pick<RouteShorthandOptions, 'onRequest' | 'preValidation' | 'onSend'>;
  /**
   * Counts the request's slot for its caller. Call it when the caller is known. `caller` is a key, or null if callers
   * are not distinguished.
   * @throws HttpError 429 if the caller already has as many slots as one caller may have
   */
  requireShare(request: FastifyRequest, caller: string | null): void;
  /**
   * Takes a slot for an operation over a WebSocket, which is not an HTTP request of its own. The slot is counted for
   * the caller. Returns the function that frees the slot. Call this function only once.
   * @throws HttpError 503 or 429 if there is no slot
   */
  beginOperation(caller: string | null): () => void;
  /** Frees the request's slot. Without this call, the slot is freed when the answer is sent. */
  endExecution(request: FastifyRequest): void;
}

/**
 * A bulkhead: at most `maxConcurrent` requests execute at a time. Each of them occupies a slot. Any further request is
 * rejected at once with a 503. There is no queue, because by the end of a long queue most clients have given up.
 *
 * Once the caller of a request is known, the slot is also counted for the caller. A caller may have at most as many
 * slots as are still free (`Bulkhead`). So no caller can use up all slots, even with requests that only wait.
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
  app.decorateRequest('admission', null);
  const arrivals = limitArrivals(maxConcurrent * arrivingPerSlot);
  const slots = new Slots(maxConcurrent, observer);
  const endExecution = (request: FastifyRequest) => slots.endRequest(request);
  onResponseClose(app, (request) => {
    arrivals.end(request);
    endExecution(request);
  });
  return {
    requireShare({ admission }, caller) {
      // If the client has disconnected before this call, its request no longer has a slot.
      if (admission?.isExecuting === true) {
        admission.turn = slots.takeShare(caller);
      }
    },
    beginOperation: (caller) => slots.beginOperation(caller),
    endExecution,
    hooks: {
      onRequest(request, { raw }, done) {
        arrivals.begin(request, raw);
        // The check also happens here, so that the body of a request without a free slot isn't read.
        done(slots.overload());
      },
      preValidation(request, _reply, done) {
        arrivals.end(request);
        done(slots.beginRequest(request));
      },
      onSend(request, _reply, payload, done) {
        endExecution(request);
        done(null, payload);
      },
    },
  };
}

/** The slots that are taken, in total and by caller. */
class Slots {
  readonly #max: number;
  readonly #observer: GatewayObserver;
  readonly #shares: Bulkhead;
  #taken = 0;

  constructor(max: number, observer: GatewayObserver) {
    this.#max = max;
    this.#observer = observer;
    this.#shares = new Bulkhead(max);
  }

  /** Returns the error for a request that finds no free slot. Undefined if there is a free slot. */
  overload(): HttpError | undefined {
    if (this.#taken < this.#max) {
      return undefined;
    }
    this.#observer.admissionRefused?.('arrival', null);
    return new HttpError(503, 'UNAVAILABLE', 'Too many requests are under way: try again in a second.');
  }

  /** Takes a slot, or returns the error. */
  beginRequest({ admission }: FastifyRequest): HttpError | undefined {
    const rejection = this.overload();
    if (rejection === undefined && admission != null) {
      this.#taken += 1;
      admission.isExecuting = true;
    }
    return rejection;
  }

  endRequest({ admission }: FastifyRequest): void {
    if (admission?.isExecuting !== true) {
      return;
    }
    this.#taken -= 1;
    admission.isExecuting = false;
    if (admission.turn !== null) {
      this.#shares.leave(admission.turn);
      admission.turn = null;
    }
  }

  /** @throws HttpError 429 */
  takeShare(caller: string | null): Turn {
    const turn = { callClass: 'lending', caller } as const;
    if (this.#shares.take(turn) !== null) {
      this.#observer.admissionRefused?.('arrival_of_caller', null);
      throw tooManyRequests(ownExcessMs);
    }
    return turn;
  }

  beginOperation(caller: string | null): () => void {
    const rejection = this.overload();
    if (rejection !== undefined) {
      throw rejection;
    }
    const turn = this.takeShare(caller);
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      this.#shares.leave(turn);
    };
  }
}

/** Limits the requests whose bodies are still arriving. Beyond `max`, closes the connection of the oldest request. */
function limitArrivals(max: number) {
  const arriving = new LinkedList<AdmissionState>();
  return {
    begin(request: FastifyRequest, response: AdmissionState['response']): void {
      request.admission = new AdmissionState(response);
      arriving.add(request.admission);
      if (arriving.size > max) {
        arriving.first?.response.destroy();
      }
    },
    end({ admission }: FastifyRequest): void {
      if (admission?.isArriving === true) {
        arriving.remove(admission);
        admission.isArriving = false;
      }
    },
  };
}
