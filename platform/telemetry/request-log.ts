import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { levels } from 'pino';
import { clientClosedRequest, onRequestEnd } from './request-events.ts';
import { traceIdOf } from './served-requests.ts';

/** The fields of a line. A field that is undefined is not written. */
export type LogLine = Record<string, unknown>;

export interface RequestLogOptions {
  readonly log: Pick<FastifyBaseLogger, 'info' | 'debug' | 'level'>;
  /**
   * Adds details to the log line of a request that has ended. It must change `line` itself, because copying the details
   * into the line would cost more than finding them. The details must contain no personal data (R30). Default: no
   * details.
   */
  readonly addDetails?: (line: LogLine, request: FastifyRequest) => void;
}

/** Probes and Prometheus call these routes every few seconds. */
const probedRoutes = /^\/(?:health\/|metrics$)/;

/**
 * Writes one line for each request when it has ended. The line has the route and never the URL: a query string may
 * contain personal data. Probes, and requests whose client disconnected, are logged at debug level. No line is built if
 * the log would drop it.
 */
export function addRequestLog(app: FastifyInstance, { log, addDetails }: RequestLogOptions): void {
  if (!isWritten('info', log)) {
    return;
  }
  const isDebugWritten = isWritten('debug', log);
  onRequestEnd(app, (request, reply, status) => {
    const { id: reqId, method } = request;
    const { url: route = '' } = request.routeOptions;
    const isClientGone = status === clientClosedRequest;
    const isDebug = isClientGone || probedRoutes.test(route);
    if (isDebug && !isDebugWritten) {
      return;
    }
    const traceId = traceIdOf(request);
    const ms = Math.round(reply.elapsedTime);
    const line: LogLine = { reqId, traceId, method, route, status, ms };
    addDetails?.(line, request);
    if (isClientGone) {
      log.debug(line, 'the client went away');
    } else if (isDebug) {
      log.debug(line);
    } else {
      log.info(line);
    }
  });
}

/**
 * Whether the log writes lines of this level. With the level `silent`, which is not in pino's list, nothing is written.
 */
function isWritten(level: 'info' | 'debug', log: Pick<FastifyBaseLogger, 'level'>): boolean {
  return (levels.values[log.level] ?? Number.POSITIVE_INFINITY) <= (levels.values[level] ?? 0);
}
