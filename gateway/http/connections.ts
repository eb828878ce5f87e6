import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onResponseClose } from '../../platform/telemetry/request-events.ts';
import type { Caller } from '../access/caller.ts';
import type { OperationReport } from '../engine/operation-report.ts';
import { ClientGone } from '../engine/request.ts';

/**
 * The deadline of one request. Its signal aborts after `timeoutMs`, or with `ClientGone` if the client disconnects before
 * its answer is sent. Fastify's `request.signal` is unsuitable, because it ends with the request's body.
 * `AbortSignal.timeout()` with `any()` would cost more time than the rest of a small request.
 */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Removes the time limit. A stream may take any time. */
  lift(): void {
    clearTimeout(this.#timer);
  }

  close(isSent: boolean): void {
    clearTimeout(this.#timer);
    if (!isSent) {
      this.#controller.abort(new ClientGone());
    }
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The deadline of the request. Null until the request is executed. Undefined for other routes. */
    deadline: Deadline | null | undefined;
  }
}

/** Returns the function that begins the deadline of a request to a route of `app`. Call it when execution begins. */
export function limitDuration(
  app: FastifyInstance,
  timeoutMs: number,
): (request: FastifyRequest) => Deadline {
  app.decorateRequest('deadline', null);
  onResponseClose(app, ({ deadline }, isSent) => deadline?.close(isSent));
  return (request) => {
    const deadline = new Deadline(timeoutMs);
    request.deadline = deadline;
    return deadline;
  };
}

/**
 * With this header, a sign-in service asks the gateway to answer at once. The service then delays its own answers to its
 * users. A delay in the gateway would occupy the service's connections to the graph.
 */
const ownFloorHeader = 'patron-graph-own-floor';
/** The scope of the library's sign-in services. The gateway ignores the header of any other client. */
const signInScope = 'sign-in';

/**
 * Waits until the answer may be sent, if its duration must not reveal the reason of a refusal (R28). Returns null if
 * the answer may be sent at once. Resolves early if the signal aborts. Call this function when the request no longer
 * counts as in progress. A waiting answer then occupies only the caller's socket.
 */
export function holdAnswer(
  { headers }: FastifyRequest,
  { caller, operations }: { readonly caller: Caller | null; readonly operations: readonly OperationReport[] },
  signal: AbortSignal,
): Promise<unknown> | null {
  let waitMs = 0;
  for (const operation of operations) {
    if (operation.floorMs > 0) {
      waitMs = Math.max(waitMs, operation.floorMs - operation.elapsedMs());
    }
  }
  if (waitMs <= 0 || (headers[ownFloorHeader] === '1' && caller?.scopes.has(signInScope) === true)) {
    return null;
  }
  return wait(waitMs, undefined, { signal }).catch(() => undefined);
}
