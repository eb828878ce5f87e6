/**
 * `npm run gateway`: starts only the gateway. It serves our own subgraphs in other processes, or another graph.
 */

import type { Logger } from 'pino';
import { beginLog } from '../platform/lifecycle/log.ts';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../platform/lifecycle/stop-on-signal.ts';
import { type SharedInput, superviseWorkers, workerCount } from '../platform/lifecycle/supervise-workers.ts';
import {
  announceRefusal,
  announceStarted,
  askForInput,
  joinWorkers,
  leaveWorkers,
} from '../platform/lifecycle/workers/worker.ts';
import { withoutUndefined } from '../platform/without-undefined.ts';
import { telemetryVariables } from '../telemetry/config.ts';
import {
  gatewayVariables,
  readGatewayConfig,
  readServerConfig,
  type ServerConfig,
  serverVariables,
  subgraphNames,
} from './config.ts';
import { noConfiguration, readConfiguration } from './configuration/read-configuration.ts';
import { knownDocuments } from './engine/operations/known-operations.ts';
import { chooseSource, writeSupergraph } from './from-file/choose-source.ts';
import { handOutSupergraph } from './from-file/hand-out.ts';
import { type Options, parseOptions, UsageError, usage } from './from-file/options.ts';
import { primarySource } from './from-file/sources/primary.ts';
import type { RunningGateway } from './http/running-gateway.ts';
import type { GatewayObserver } from './observer.ts';

function startOwnGraph(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readGatewayConfig(env);
  const missing = subgraphNames.filter((name) => !config.subgraphs.has(name));
  if (missing.length > 0) {
    const variables = missing.map((name) => `${name.toUpperCase()}_URL`).join(', ');
    throw new Error(
      `The gateway alone needs its subgraphs: set ${variables}, or serve another graph with --config FILE.`,
    );
  }
  const local = { transports: new Map(), dependencies: [], journal: null, onlySimulators: false };
  return startUntilSignal(config, env, gatewayVariables, async (log, observer) => {
    const { startGateway } = await import('./start.ts');
    return startGateway(config, local, log, { observer });
  });
}

/** Serves the supergraph that the options or the configuration file name, or writes it to `--out`. */
async function startOtherGraph(env: NodeJS.ProcessEnv, options: Options): Promise<void> {
  const config = readServerConfig(env);
  const configuration =
    options.config === undefined ? noConfiguration : await readConfiguration(options.config);
  const source = chooseSource(options, configuration, config.production);
  if (options.out !== undefined) {
    await writeSupergraph(source, options.out);
    return;
  }
  await startUntilSignal(
    config,
    env,
    serverVariables,
    async (log, observer) => {
      const { startSupergraph } = await import('./from-file/start.ts');
      const { input, handover } = await askForInput();
      const given = primarySource(source.title, String(input));
      const known = knownDocuments.parse(handover ?? []);
      return startSupergraph(config, { source: given, configuration, checks: false, known }, log, observer);
    },
    (log) => handOutSupergraph(source, log),
  );
}

/**
 * Starts one gateway in this process, or several in workers. Stops them when the process gets SIGTERM or SIGINT. A
 * gateway reads `ownVariables`. With `openInput`, also a single gateway is a worker, so that it can be replaced.
 */
async function startUntilSignal(
  { logLevel, shutdownDelayMs, workers, limits, metrics: place }: ServerConfig,
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
  // The primary has nothing to serve or to measure. Without these modules it starts in a third of the time.
  const [{ startTelemetry }, { openMetrics }, { createGatewayMetrics }] = await Promise.all([
    import('../telemetry/start.ts'),
    import('../telemetry/metrics/open-metrics.ts'),
    import('../telemetry/metrics/gateway/index.ts'),
  ]);
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
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
  } else {
    const env = { ...process.env, ...withoutUndefined({ HOST: options.host, PORT: options.port }) };
    const isOwnGraph =
      options.config === undefined && options.supergraph === undefined && options.compose === null;
    await (isOwnGraph ? startOwnGraph(env) : startOtherGraph(env, options));
  }
} catch (error) {
  announceRefusal(messageOf(error));
  if (error instanceof UsageError) {
    process.stderr.write('--help prints all options.\n');
  }
  process.exitCode = error instanceof UsageError ? 2 : 1;
  leaveWorkers();
}
