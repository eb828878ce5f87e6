import type { Registry } from 'prom-client';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { onRequestBegin, onRequestEnd } from '../../platform/telemetry/request-events.ts';
import { BoundHistogram } from './bound-series.ts';
import { addGaugeAtScrape } from './gauge-at-scrape.ts';
import { addHealthMetrics } from './health.ts';
import { measureTables } from './tables.ts';

/** Buckets of requests and calls, in seconds. A request may take 12 seconds, and a call to a legacy system 5. */
export const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Measures the requests of servers, by OpenTelemetry's semantic conventions for HTTP. Also shows the health of one of
 * these servers, and how full the process's tables with a maximum size are.
 */
export function createServerMetrics(registry: Registry): Required<Omit<ServerObserver, 'watchStatus'>> {
  const durations = new BoundHistogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer. Status 499: the client went away.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: requestBuckets,
    registry,
  });
  let active = 0;
  addGaugeAtScrape({ registry, name: 'http_server_active_requests', help: 'Requests under way.' }, () => [
    [{}, active],
  ]);
  return {
    watchServer(app) {
      onRequestBegin(app, () => {
        active += 1;
      });
      onRequestEnd(app, (request, reply, status) => {
        active -= 1;
        // The label is the route and never the URL: anybody can invent a URL, and it may contain personal data (R30).
        const route = request.routeOptions.url ?? '';
        durations.observe(reply.elapsedTime / 1000, request.method, route, String(status));
      });
    },
    watchHealth: (health) => addHealthMetrics(registry, health),
    ...measureTables(registry),
  };
}
