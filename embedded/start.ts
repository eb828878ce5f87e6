import { type GatewayConfig, gatewayVariables } from '../gateway/config.ts';
import { startGateway } from '../gateway/start.ts';
import { beginLog } from '../platform/lifecycle/log.ts';
import { stopOnSignal } from '../platform/lifecycle/stop-on-signal.ts';
import { announceStarted } from '../platform/lifecycle/workers/worker.ts';
import { coreSystems, systems } from '../platform/systems.ts';
import { settingsIn } from '../subgraphs/runtime/environment/legacy-systems.ts';
import { type BehindConfig, subgraphVariables } from '../subgraphs/runtime/start.ts';
import { createEdgeMetrics } from '../telemetry/metrics/edge/index.ts';
import { createGatewayMetrics } from '../telemetry/metrics/gateway/index.ts';
import { openMetrics } from '../telemetry/metrics/open-metrics.ts';
import { createServiceMetrics } from '../telemetry/metrics/services/index.ts';
import { startTelemetry } from '../telemetry/start.ts';
import { createAnnouncement, noEdges } from './announcement.ts';
import type { Demonstration } from './demonstration/start.ts';
import { openSubgraphs } from './subgraphs.ts';

/**
 * Starts everything in this process, until a signal ends it. `args` is the command line. The modules for simulators,
 * sign-in and pages are loaded only for a demonstration.
 * @throws Error whose message is for the person who starts the process
 */
export async function start(
  gatewayConfig: GatewayConfig,
  behind: BehindConfig,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<void> {
  const librarySize = await librarySizeIn(args);
  const demonstration = gatewayConfig.issuers === null ? await demonstrationOf(gatewayConfig, env) : null;
  const config = demonstration?.config ?? gatewayConfig;
  const { log, report } = beginLog(
    config.logLevel,
    env,
    [
      ...gatewayVariables,
      ...subgraphVariables,
      ...(await simulatorVariablesFor(config, behind)),
      ...(demonstration?.variables ?? []),
    ],
    behind.worker,
  );
  await using resources = new AsyncDisposableStack();
  const { version } = report;
  resources.use(await startTelemetry(env, { service: 'patron-graph', version, log }));
  const metrics = resources.use(await openMetrics(config.metrics, report));
  const { watchTable } = metrics.servers;
  const runsSubgraphs = systems.some(({ subgraph }) => !config.subgraphs.has(subgraph.name));
  const local = resources.use(
    await openSubgraphs(config, behind, env, log, {
      observer: runsSubgraphs ? { ...createServiceMetrics(metrics.registry), watchTable } : {},
      librarySize,
      outbox: demonstration?.outbox,
      returnOrigins: demonstration === null ? [] : [demonstration.origin],
    }),
  );
  // A process can report the metrics of health and HTTP requests only once. So only the gateway's server reports them.
  const observer = { ...createGatewayMetrics(metrics.registry), ...metrics.servers };
  const gateway = resources.use(
    demonstration === null
      ? { ...(await startGateway(config, local, log, { observer })), edges: noEdges }
      : await demonstration.start(local, log, {
          gateway: observer,
          edges: { ...createEdgeMetrics(metrics.registry), watchTable },
        }),
  );
  const running = resources.move();
  stopOnSignal({
    delayMs: config.shutdownDelayMs,
    requestTimeoutMs: config.limits.requestTimeoutMs,
    announce: gateway.announceStop,
    close: () => running.disposeAsync(),
    log,
  });
  announceStarted(await createAnnouncement(config, gateway.address, local, gateway.edges));
}

/** The number of patrons that `--library` asks for, or null. @throws Error that says what is wrong with `args` */
async function librarySizeIn(args: readonly string[]): Promise<number | null> {
  if (args.length === 0) {
    return null;
  }
  const { parseLibraryOption } = await import('../simulators/library/option.ts');
  return parseLibraryOption(args);
}

async function demonstrationOf(config: GatewayConfig, env: NodeJS.ProcessEnv): Promise<Demonstration> {
  const { prepareDemonstration } = await import('./demonstration/start.ts');
  return await prepareDemonstration(config, env);
}

/** The variables that simulators read. Empty in production, or if every system that lending needs is a real one. */
async function simulatorVariablesFor(
  { production }: GatewayConfig,
  behind: BehindConfig,
): Promise<readonly string[]> {
  const mayBeSimulated = !production && coreSystems.some((entry) => settingsIn(behind, entry) === null);
  return mayBeSimulated ? (await import('../simulators/config.ts')).simulatorVariables : [];
}
