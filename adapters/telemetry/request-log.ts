import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { clientClosedRequest, onRequestEnd } from './request-end.ts';
import { traceIdOf } from './served-requests.ts';

export interface RequestLogOptions {
  readonly log: Pick<FastifyBaseLogger, 'info' | 'debug'>;
  /** What else is known of a request that has ended. It must hold no value of a person (R30). */
  readonly detailsOf: (request: FastifyRequest) => object;
}

/** Routes that machines ask every few seconds. */
const probedRoutes = /^\/(?:health\/|metrics$)/;

/**
 * Writes one line for each request, when it has ended. The route and never the URL: a query string may contain personal data.
 * Probes, and clients that went away, are at debug level.
 */
export function addRequestLog(app: FastifyInstance, { log, detailsOf }: RequestLogOptions): void {
  onRequestEnd(app, (request, reply, status) => {
    const { id: reqId, method } = request;
    const { url: route = '' } = request.routeOptions;
    const traceId = traceIdOf(request);
    const ms = Math.round(reply.elapsedTime);
    const line = {
      ...{ reqId, ...(traceId !== undefined && { traceId }), method, route, status, ms },
      ...detailsOf(request),
    };
    if (status === clientClosedRequest) {
      log.debug(line, 'the client went away');
    } else if (probedRoutes.test(route)) {
      log.debug(line);
    } else {
      log.info(line);
    }
  });
}
