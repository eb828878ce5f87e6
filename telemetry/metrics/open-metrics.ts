import { Registry } from 'prom-client';
import type { Health } from '../../platform/http/health.ts';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import type { MetricsEndpoint } from '../../platform/lifecycle/config.ts';
import { addMetricsRoute, isFromThisMachine, listenForMetrics } from './endpoint.ts';
import { addProcessMetrics, type Build } from './process.ts';
import { createServerMetrics } from './server.ts';

/** The metrics of one process. Disposing of them closes their own port, if they have a port. */
export interface Metrics extends AsyncDisposable {
  readonly registry: Registry;
  /**
   * Measures the process's server. If `/metrics` is only for this machine, that server answers it ({@link
   * MetricsEndpoint}).
   */
  readonly servers: Required<ServerObserver>;
}

/**
 * Starts to measure the process, and serves `/metrics` at `endpoint`.
 * @throws Error if the port is in use. The message is for the person who started the process.
 */
export async function openMetrics(endpoint: MetricsEndpoint, build: Build): Promise<Metrics> {
  const registry = new Registry();
  addProcessMetrics(registry, build);
  const servers = createServerMetrics(registry);
  let health: Health | null = null;
  let status: (() => object) | null = null;
  const watched = { health: () => health, status: () => status?.() ?? null };
  const server = endpoint.kind === 'own port' ? await listenForMetrics(endpoint, registry, watched) : null;
  return {
    registry,
    servers: {
      ...servers,
      watchHealth(ofServer) {
        servers.watchHealth(ofServer);
        health = ofServer;
      },
      watchStatus(ofServer) {
        status = ofServer;
      },
      watchServer(app) {
        servers.watchServer(app);
        if (endpoint.kind === 'this machine') {
          addMetricsRoute(app, registry, isFromThisMachine);
        }
      },
    },
    async [Symbol.asyncDispose]() {
      await server?.close();
    },
  };
}
