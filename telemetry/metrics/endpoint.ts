import { setTimeout } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client';
import { addHealthRoutesOf, type Health } from '../../platform/http/health.ts';
import { answerWith, askFellowWorkers } from '../../platform/lifecycle/workers/worker.ts';

/** Time for a request to arrive, in ms. */
const requestTimeoutMs = 5000;

/**
 * Serves `/metrics` on its own port, to everybody who can reach that port. The port also has the health routes, for
 * probes of a process without another HTTP port. A probe must not use `/metrics`, because each scrape resets some
 * gauges. `/status` is 404 unless the process has a status (`ServerObserver.watchStatus`).
 * @throws Error if the port is in use.
 */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  registry: Registry,
  { health, status }: { readonly health: () => Health | null; readonly status: () => object | null },
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: 1000 },
    forceCloseConnections: true,
  });
  addHealthRoutesOf(app, health);
  addMetricsRoute(app, registry, () => true);
  app.get('/status', (_request, reply) => status() ?? reply.callNotFound());
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`METRICS_PORT ${port} is in use at ${host}: set another.`)
      : error;
  }
  return app;
}

/** Adds GET and HEAD of `/metrics`, in Prometheus' text format. The answer is 404 if `mayRead` returns false. */
export function addMetricsRoute(
  app: FastifyInstance,
  registry: Registry,
  mayRead: (request: FastifyRequest) => boolean,
): void {
  // Some figures need queries of the journal, so scrapes at the same time share one collection.
  let collecting: Promise<string> | null = null;
  answerWith('metrics', () => metricsAsJson(registry));
  app.route({
    method: ['GET', 'HEAD'],
    exposeHeadRoute: false,
    url: '/metrics',
    handler: async (request, reply) => {
      if (!mayRead(request)) {
        return reply.callNotFound();
      }
      collecting ??= collect(registry).finally(() => {
        collecting = null;
      });
      return reply.type(registry.contentType).send(await collecting);
    },
  });
}

type MetricsAsJson = MetricObjectWithValues<MetricValue<string>>[];

/**
 * The metrics of this process. A worker returns the metrics of all workers, combined as the `aggregator` of each metric
 * says. Each worker's metrics are collected only once in a scrape, because collecting the event loop's delays resets
 * them.
 */
async function collect(registry: Registry): Promise<string> {
  const fellows = await askFellowWorkers('metrics');
  if (fellows.length === 0) {
    await pendingDelay();
    return await registry.metrics();
  }
  // The cast is safe, because the other workers send the results of `answerWith` above. A worker that doesn't answer
  // is missing from this scrape.
  const theirs = fellows.filter((answer) => answer !== null) as MetricsAsJson[];
  return await AggregatorRegistry.aggregate([await metricsAsJson(registry), ...theirs]).metrics();
}

async function metricsAsJson(registry: Registry): Promise<MetricsAsJson> {
  await pendingDelay();
  return await registry.getMetricsAsJSON();
}

/**
 * Waits until the timers that are due have run, among them the one that measures the delay of the event loop. After a
 * long delay, a scrape would otherwise come first. A scrape resets the measured delays, so the longest would be lost.
 */
const pendingDelay = (): Promise<void> => setTimeout(1);

/** Headers that proxies add. A proxy on this machine may pass on a request of anybody. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether a program on this machine sent the request, and not a proxy. */
export function isFromThisMachine({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): boolean {
  const isLoopback = /^(?:127\.|::1$|::ffff:127\.)/.test(ip);
  return isLoopback && proxyHeaders.every((name) => headers[name] === undefined);
}
