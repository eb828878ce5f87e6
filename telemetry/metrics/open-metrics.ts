import { Registry } from 'prom-client';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { MetricsPlace } from '../../platform/lifecycle/config.ts';
import { addMetricsRoute, isFromThisMachine, listenForMetrics } from './endpoint.ts';
import { addProcessMetrics, type Build } from './process.ts';
import { createServerMetrics } from './server.ts';

/** The metrics of one process. Disposing of them closes their own port, if they have one. */
export interface Metrics extends AsyncDisposable {
  /** Whatever is measured registers its metrics here. */
  readonly registry: Registry;
  /** Measures the process's server, which also gets `/metrics` where that has no port of its own ({@link MetricsPlace}). */
  readonly servers: Required<ServerObserver>;
}

/**
 * Starts to measure the process, and answers `/metrics` at `place`.
 * @throws Error where the port is in use; the message is for the person who started the process.
 */
export async function openMetrics(place: MetricsPlace, build: Build): Promise<Metrics> {
  const registry = new Registry();
  addProcessMetrics(registry, build);
  const servers = createServerMetrics(registry);
  const server = place.kind === 'own port' ? await listenForMetrics(place, registry) : null;
  return {
    registry,
    servers: {
      ...servers,
      watchServer(app) {
        servers.watchServer(app);
        if (place.kind === 'this machine') {
          addMetricsRoute(app, registry, isFromThisMachine);
        }
      },
    },
    async [Symbol.asyncDispose]() {
      await server?.close();
    },
  };
}
