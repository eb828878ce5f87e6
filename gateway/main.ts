/**
 * `npm run gateway`: starts only the gateway. It serves our own subgraphs in other processes, or the supergraph in a
 * file.
 */

import type { Logger } from 'pino';
import { beginLog } from '../platform/lifecycle/log.ts';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../platform/lifecycle/stop-on-signal.ts';
import { superviseWorkers, workerCount } from '../platform/lifecycle/supervise-workers.ts';
import { announceStarted, joinWorkers, leaveWorkers } from '../platform/lifecycle/workers/worker.ts';
import { withoutUndefined } from '../platform/without-undefined.ts';
import { telemetryVariables } from '../telemetry/config.ts';
import { createGatewayMetrics } from '../telemetry/metrics/gateway/index.ts';
import { openMetrics } from '../telemetry/metrics/open-metrics.ts';
import { startTelemetry } from '../telemetry/start.ts';
import {
  gatewayVariables,
  readGatewayConfig,
  readServerConfig,
  type ServerConfig,
  serverVariables,
  subgraphNames,
} from './config.ts';
import { parseOptions, UsageError, usage } from './from-file/options.ts';
import { type SupergraphOptions, startSupergraph } from './from-file/start.ts';
import type { RunningGateway } from './http/listen.ts';
import type { GatewayObserver } from './observer.ts';
import { startGateway } from './start.ts';

function startOwnGraph(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readGatewayConfig(env);
  const missing = subgraphNames.filter((name) => !config.subgraphs.has(name));
  if (missing.length > 0) {
    const variables = missing.map((name) => `${name.toUpperCase()}_URL`).join(', ');
    throw new Error(
      `The gateway alone needs its subgraphs: set ${variables}, or serve another graph with --supergraph FILE.`,
    );
  }
  const local = { transports: new Map(), dependencies: [], journal: null, onlySimulators: false };
  return startUntilSignal(config, env, gatewayVariables, (log, observer) =>
    startGateway(config, local, log, { observer }),
  );
}

function startSupergraphFile(env: NodeJS.ProcessEnv, options: SupergraphOptions): Promise<void> {
  const config = readServerConfig(env);
  return startUntilSignal(config, env, serverVariables, (log, observer) =>
    startSupergraph(config, options, log, observer),
  );
}

/**
 * Starts one gateway in this process, or several in workers. Stops them when the process gets SIGTERM or SIGINT. A
 * gateway reads `ownVariables`.
 */
async function startUntilSignal(
  { logLevel, shutdownDelayMs, workers, limits, metrics: place }: ServerConfig,
  env: NodeJS.ProcessEnv,
  ownVariables: readonly string[],
  start: (log: Logger, observer: GatewayObserver) => Promise<RunningGateway>,
): Promise<void> {
  const worker = joinWorkers(env);
  const { log, report } = beginLog(logLevel, env, [...ownVariables, ...telemetryVariables], worker);
  if (worker === null) {
    const count = workerCount(workers);
    if (count > 1) {
      const times = { shutdownDelayMs, requestTimeoutMs: limits.requestTimeoutMs };
      await superviseWorkers(count, times, log);
      return;
    }
  }
  await using resources = new AsyncDisposableStack();
  resources.use(await startTelemetry(env, { service: 'patron-graph-gateway', version: report.version, log }));
  const metrics = resources.use(await openMetrics(place, report));
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

try {
  const { help, host, port, supergraph: file, ...options } = parseOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
  } else {
    const env = { ...process.env, ...withoutUndefined({ HOST: host, PORT: port }) };
    await (file === undefined ? startOwnGraph(env) : startSupergraphFile(env, { file, ...options }));
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  if (error instanceof UsageError) {
    process.stderr.write('--help prints all options.\n');
  }
  process.exitCode = error instanceof UsageError ? 2 : 1;
  leaveWorkers();
}
