import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onRequestEnd } from './request-end.ts';
import { areTracesOn, beginServerSpan, markFailed, type ServedRequest } from './spans.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent where traces are off. In the request itself: a WeakMap of all requests would cost the garbage collector more. */
    served?: ServedRequest | null;
  }
}

/** The id of a request's trace, recorded or not; undefined where traces are off. */
export const traceIdOf = ({ served }: FastifyRequest): string | undefined =>
  served?.span.spanContext().traceId;

/** The request's span where it is recorded. */
export function recordedSpanOf({ served }: FastifyRequest) {
  const span = served?.span;
  return span?.isRecording() === true ? span : undefined;
}

/**
 * Begins a span for each request to the routes of `app`, and ends it when the answer is sent or the client is gone. The handler
 * and what it awaits are in its context. `describe` adds what is known when it ends. Does nothing where traces are off: they are
 * started before any server is made.
 */
export function addServerSpans(
  app: FastifyInstance,
  describe: (request: FastifyRequest) => void = () => {},
): void {
  if (!areTracesOn()) {
    return;
  }
  app.decorateRequest('served', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, protocol, routeOptions } = request;
    const { url: route = '' } = routeOptions;
    request.served = beginServerSpan(`${method} ${route}`, request.headers, {
      ...{ 'http.request.method': method, 'http.route': route, 'url.scheme': protocol },
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
  // The body's parser calls what follows in a context of its own, so ours is entered after it.
  app.addHook('preHandler', ({ served }, _reply, done) => {
    if (served == null) {
      done();
    } else {
      context.with(served.context, done);
    }
  });
}
