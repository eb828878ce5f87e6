import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';

/** Buckets of requests and calls, in seconds. A request has 12 seconds, a call of a legacy system 5. */
export const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The status of a request whose client went away before its answer, as in the log. */
const clientGone = 499;

/** Measures the requests of servers, by OpenTelemetry's semantic conventions for HTTP. */
export function createServerObserver(registry: Registry): (app: FastifyInstance) => void {
  const registers = [registry];
  const durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer. Status 499: the client went away.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: requestBuckets,
    registers,
  });
  let active = 0;
  new Gauge({
    name: 'http_server_active_requests',
    help: 'Requests under way.',
    registers,
    collect() {
      this.set(active);
    },
  });
  return (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      active += 1;
      // Not Fastify's `onResponse`, which a client that went away never comes to.
      reply.raw.once('close', () => {
        active -= 1;
        const labels = {
          http_request_method: request.method,
          // The route and never the URL, which anybody can invent, and which may have personal data in it (R30).
          http_route: request.routeOptions.url ?? '',
          http_response_status_code: reply.raw.writableFinished ? reply.statusCode : clientGone,
        };
        durations.observe(labels, reply.elapsedTime / 1000);
      });
      done();
    });
  };
}
