import { setTimeout } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
} from 'prom-client';
import { addLiveRoute } from '../../platform/lifecycle/health.ts';
import { answerWith, askFellowWorkers } from '../../platform/lifecycle/workers/worker.ts';

/** Time for a request to arrive, in ms. */
const requestTimeoutMs = 5000;

/**
 * `/metrics` on a port of its own, for whoever reaches that port, and `/health/live`, for probes of what has no other port for HTTP.
 * Scraping `/metrics` resets some gauges, so probes must not use it.
 * @throws Error where the port is in use.
 */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  registry: Registry,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: 1000 },
    forceCloseConnections: true,
  });
  addLiveRoute(app);
  addMetricsRoute(app, registry, () => true);
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`METRICS_PORT ${port} is in use at ${host}: set another.`)
      : error;
  }
  return app;
}

/** GET and HEAD of `/metrics`, in Prometheus' text format. To whom it is not shown, it doesn't exist. */
export function addMetricsRoute(
  app: FastifyInstance,
  registry: Registry,
  mayRead: (request: FastifyRequest) => boolean,
): void {
  // Some figures are asked of the journal: however many ask at once, that is done once.
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
 * The metrics of this process; of a worker, those of all workers, each added up in the way that it says. Each metric is collected
 * once: to collect the event loop's delays begins them anew.
 */
async function collect(registry: Registry): Promise<string> {
  const fellows = await askFellowWorkers('metrics');
  if (fellows.length === 0) {
    await pendingDelay();
    return await registry.metrics();
  }
  // As `answerWith` above made them. What a worker doesn't say is missing for this once.
  const theirs = fellows.filter((answer) => answer !== null) as MetricsAsJson[];
  return await AggregatorRegistry.aggregate([await metricsAsJson(registry), ...theirs]).metrics();
}

async function metricsAsJson(registry: Registry): Promise<MetricsAsJson> {
  await pendingDelay();
  return await registry.getMetricsAsJSON();
}

/**
 * Resolves once timers had their turn. A request that waited for a blocked event loop is read before the timer that measures how
 * long it was blocked, and beginning the delays anew would lose that one.
 */
const pendingDelay = (): Promise<void> => setTimeout(1);

/** Headers that a proxy adds, which may run on this machine and speak for anybody. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether a program on this machine asks, and asks for itself. */
export function isFromThisMachine({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): boolean {
  const isLoopback = /^(?:127\.|::1$|::ffff:127\.)/.test(ip);
  return isLoopback && proxyHeaders.every((name) => headers[name] === undefined);
}
