import type { Logger } from 'pino';
import { beginLog } from '../platform/lifecycle/log.ts';
import { stopOnSignal } from '../platform/lifecycle/stop-on-signal.ts';
import { type SharedInput, superviseWorkers, workerCount } from '../platform/lifecycle/supervise-workers.ts';
import { announceStarted, joinWorkers } from '../platform/lifecycle/workers/worker.ts';
import { telemetryVariables } from '../telemetry/config.ts';
import type { ServerConfig } from './config.ts';
import type { RunningGateway } from './http/running-gateway.ts';
import type { GatewayObserver } from './observer.ts';

/**
 * Starts one gateway in this process, or several in worker processes. Stops them when this process gets SIGTERM or
 * SIGINT. `ownVariables` are the names of the variables that a gateway reads. `openInput` opens an input that can
 * change, such as a supergraph. With such an input, even a single gateway runs in a worker, which can be replaced.
 */
export async function runGateway(
  { logLevel, shutdownDelayMs, workers, limits, metrics: metricsEndpoint }: ServerConfig,
  env: NodeJS.ProcessEnv,
  ownVariables: readonly string[],
  start: (log: Logger, observer: GatewayObserver) => Promise<RunningGateway>,
  openInput: ((log: Logger) => Promise<SharedInput>) | null = null,
): Promise<void> {
  const worker = joinWorkers(env);
  const { log, report } = beginLog(logLevel, env, [...ownVariables, ...telemetryVariables], worker);
  if (worker === null) {
    const count = workerCount(workers);
    if (count > 1 || openInput !== null) {
      const times = { shutdownDelayMs, requestTimeoutMs: limits.requestTimeoutMs };
      await superviseWorkers(count, times, log, (await openInput?.(log)) ?? null);
      return;
    }
  }
  // These modules are loaded only where requests are answered. Without them, the primary process starts in a third of
  // the time.
  const [{ startTelemetry }, { openMetrics }, { createGatewayMetrics }] = await Promise.all([
    import('../telemetry/start.ts'),
    import('../telemetry/metrics/open-metrics.ts'),
    import('../telemetry/metrics/gateway/index.ts'),
  ]);
  await using resources = new AsyncDisposableStack();
  resources.use(await startTelemetry(env, { service: 'patron-graph-gateway', version: report.version, log }));
  const metrics = resources.use(await openMetrics(metricsEndpoint, report));
  const observer = { ...createGatewayMetrics(metrics.registry), ...metrics.servers };
  const gateway = resources.use(await start(log, observer));
  const running = resources.move();
  stopOnSignal({
    delayMs: shutdownDelayMs,
    requestTimeoutMs: limits.requestTimeoutMs,
    announce: gateway.announceStop,
    close: () => running.disposeAsync(),
    log,
  });
  announceStarted(`GraphQL at ${gateway.address}/graphql\n`);
}
