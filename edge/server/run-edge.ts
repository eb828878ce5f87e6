import type { FastifyBaseLogger } from 'fastify';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { beginLog } from '../../platform/lifecycle/log.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../../platform/lifecycle/stop-on-signal.ts';
import { telemetryVariables } from '../../telemetry/config.ts';
import { createEdgeMetrics, type EdgeMetrics } from '../../telemetry/metrics/edge/index.ts';
import { openMetrics } from '../../telemetry/metrics/open-metrics.ts';
import { startTelemetry } from '../../telemetry/start.ts';
import type { EdgeConfig } from './config.ts';

/** A listening server of an edge. Disposing of it finishes the requests under way, then closes everything. */
interface EdgeServer extends AsyncDisposable {
  /** Makes health checks report that the server isn't ready. Absent if the server has no health route. */
  announceStop?(): void;
}

export interface EdgeProcess<Config extends EdgeConfig, Server extends EdgeServer> {
  readonly service: string;
  /** @throws Error whose message tells the person who started the process what to change */
  readConfig(env: NodeJS.ProcessEnv): Config;
  readonly variables: readonly string[];
  /** @throws Error whose message is for the person who started the process */
  start(config: Config, log: FastifyBaseLogger, observer: EdgeMetrics & ServerObserver): Promise<Server>;
  /** How long requests under way may take when the process stops, in ms. */
  readonly requestTimeoutMs: number;
  /** Returns a text that tells the person who started the process where the server listens. */
  describeAddress(server: Server, config: Config): string;
}

/**
 * Runs an edge in this process, with its log, traces and metrics, until a signal stops it. If the start fails, prints the
 * reason, and sets the exit code to 1.
 */
export async function runEdge<Config extends EdgeConfig, Server extends EdgeServer>(
  env: NodeJS.ProcessEnv,
  { service, variables, requestTimeoutMs, ...edge }: EdgeProcess<Config, Server>,
): Promise<void> {
  try {
    const config = edge.readConfig(env);
    const { log, report } = beginLog(config.logLevel, env, [...variables, ...telemetryVariables]);
    await using resources = new AsyncDisposableStack();
    const { version } = report;
    resources.use(await startTelemetry(env, { service, version, log }));
    const metrics = resources.use(await openMetrics(config.metrics, report));
    const observer = { ...createEdgeMetrics(metrics.registry), ...metrics.servers };
    const server = resources.use(await edge.start(config, log, observer));
    const running = resources.move();
    stopOnSignal({
      delayMs: config.shutdownDelayMs,
      requestTimeoutMs,
      announce: () => server.announceStop?.(),
      close: () => running.disposeAsync(),
      log,
    });
    process.stdout.write(`${edge.describeAddress(server, config)}\n`);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
