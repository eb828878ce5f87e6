import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { MetricsPlace } from '../../platform/lifecycle/config.ts';
import { addMetricsRoute, isFromThisMachine, listenForMetrics } from './endpoint.ts';
import { addProcessMetrics, type Build } from './process.ts';
import { createServerObserver } from './server.ts';

/** The metrics of one process. Disposing of them closes their own port, if they have one. */
export interface Metrics extends AsyncDisposable {
  /** Whatever is measured registers its metrics here. */
  readonly registry: Registry;
  /** Measures a server's requests. Where the metrics have no port of their own, the server gets `/metrics`, see {@link MetricsPlace}. */
  addTo(app: FastifyInstance): void;
}

/**
 * Starts to measure the process, and answers `/metrics` at `place`.
 * @throws Error where the port is in use; the message is for the person who started the process.
 */
export async function openMetrics(place: MetricsPlace, build: Build): Promise<Metrics> {
  const registry = new Registry();
  addProcessMetrics(registry, build);
  const observe = createServerObserver(registry);
  const server = place.kind === 'own port' ? await listenForMetrics(place, registry) : null;
  return {
    registry,
    addTo(app) {
      observe(app);
      if (place.kind === 'this machine') {
        addMetricsRoute(app, registry, isFromThisMachine);
      }
    },
    async [Symbol.asyncDispose]() {
      await server?.close();
    },
  };
}

/** Metrics of a server that nobody asks for them, as tests start it. */
export function measureUnseen(): Pick<Metrics, 'registry' | 'addTo'> {
  const registry = new Registry();
  return { registry, addTo: createServerObserver(registry) };
}
