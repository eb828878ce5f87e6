import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onRequestEnd } from './request-events.ts';
import {
  areTracesOn,
  beginServerSpan,
  inTraceContext,
  markFailed,
  type ServedRequest,
  type TraceContext,
} from './spans.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The span of the request, with its trace context. Absent if traces are off. It is a property of the request,
     * because a WeakMap of all requests would cost the garbage collector more.
     */
    served?: ServedRequest | undefined;
  }
}

/** The id of a request's trace, recorded or not. Undefined if traces are off. */
export const traceIdOf = ({ served }: FastifyRequest): string | undefined =>
  served?.span.spanContext().traceId;

/** The trace context of a request. Null if traces are off. */
export const traceContextOf = ({ served }: FastifyRequest): TraceContext | null =>
  served?.traceContext ?? null;

/** The request's span if it is recorded, else undefined. */
export function recordedSpanOf({ served }: FastifyRequest) {
  const span = served?.span;
  return span?.isRecording() === true ? span : undefined;
}

/**
 * Begins a span for each request to the routes of `app`. Ends it when the answer is sent or the client has
 * disconnected. Before the end, it calls `describe`, which may add attributes. Does nothing if traces are off.
 * Telemetry must have started before.
 */
export function addServerSpans(
  app: FastifyInstance,
  describe: (request: FastifyRequest) => void = () => {},
): void {
  if (!areTracesOn()) {
    return;
  }
  app.decorateRequest('served', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, protocol, routeOptions } = request;
    const { url: route = '' } = routeOptions;
    request.served = beginServerSpan(`${method} ${route}`, request.headers, {
      'http.request.method': method,
      'http.route': route,
      'url.scheme': protocol,
    });
    done();
  });
  onRequestEnd(app, (request, _reply, status) => {
    const span = request.served?.span;
    if (span === undefined) {
      return;
    }
    if (span.isRecording()) {
      describe(request);
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) {
        markFailed(span, `${status}`);
      }
    }
    span.end();
  });
}

/**
 * Makes the trace context of each request the active one, for the handler and the work that it awaits. Must be called
 * after `addServerSpans`.
 */
export function enterTraceContexts(app: FastifyInstance): void {
  if (!areTracesOn()) {
    return;
  }
  // The body parser calls the next hook in another context, so the trace context is entered after the parser.
  app.addHook('preHandler', (request, _reply, done) => inTraceContext(traceContextOf(request), done));
}
