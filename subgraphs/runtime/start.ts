import { beginLog } from '../../platform/lifecycle/log.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../../platform/lifecycle/stop-on-signal.ts';
import { superviseWorkers, workerCount } from '../../platform/lifecycle/supervise-workers.ts';
import {
  announceStarted,
  joinWorkers,
  leaveWorkers,
  type WorkerPlace,
} from '../../platform/lifecycle/workers/worker.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { telemetryVariables } from '../../telemetry/config.ts';
import { openMetrics } from '../../telemetry/metrics/open-metrics.ts';
import { createServiceMetrics } from '../../telemetry/metrics/services/index.ts';
import { startTelemetry } from '../../telemetry/start.ts';
import type { ServiceObserver } from '../observer.ts';
import {
  type LegacyConfig,
  type LibraryConfig,
  subgraphVariables as ownVariables,
  readLegacyConfig,
  readLibraryConfig,
  readSubgraphConfig,
} from './config.ts';
import type { ProcessLog } from './errors.ts';
import { createSubgraphServer } from './http.ts';
import { type OperationsConfig, operationsVariables, readOperationsConfig } from './operations-config.ts';
import type { SubgraphName } from './serve.ts';
import { type OpenedSubgraph, ServedSubgraph } from './served-subgraph.ts';

/** The configuration of what is behind a subgraph: the legacy systems, the library's files and the journal. */
export interface BehindConfig extends LegacyConfig, LibraryConfig, OperationsConfig {
  /** Which of several workers this process is: it has its share of the calls to legacy systems. Null: it has all of them. */
  readonly worker: WorkerPlace | null;
}

/** Whom the services of a process tell of what happens. */
export interface ServiceObservers {
  readonly log: ProcessLog;
  readonly observer: ServiceObserver;
}

/** How one subgraph runs in a process of its own. */
export interface StandaloneSubgraph<Context extends object> {
  readonly name: SubgraphName;
  readonly defaultPort: number;
  /** The legacy system's name in `/health/dependencies`. */
  readonly system: string;
  /** How many workers may share the calls to the legacy systems: each needs a connection to each system. */
  maxWorkers(config: LegacyConfig): number;
  /**
   * Opens the subgraph's services, which close with `resources`.
   * @throws Error that names every missing variable, or StoreUnavailable.
   */
  open(
    config: BehindConfig,
    observers: ServiceObservers,
    resources: AsyncDisposableStack,
  ): Promise<OpenedSubgraph<Context>>;
}

/** What each required variable is for. */
const purposes = {
  PRS_URL: 'where the patron registry is',
  CMS_URL: 'where card management is',
  CIRC_URL: 'where the circulation system is',
  DATABASE_URL: 'where all processes keep their operations',
  JOURNAL_SECRET: 'the key to them, which all processes share',
} as const;
type Variable = keyof typeof purposes;

/** The values, none of them null. @throws Error that names every missing variable and what it is for. */
export function required<Wanted extends Partial<Record<Variable, unknown>>>(
  wanted: Wanted,
): { readonly [Name in keyof Wanted]: NonNullable<Wanted[Name]> } {
  const missing = (Object.keys(wanted) as Variable[]).filter((name) => wanted[name] === null);
  if (missing.length > 0) {
    throw new Error(missing.map((name) => `${name} is wanted: ${purposes[name]}.`).join('\n'));
  }
  return wanted as { readonly [Name in keyof Wanted]: NonNullable<Wanted[Name]> };
}

/** The names of all variables that a subgraph's process reads. */
export const subgraphVariables: readonly string[] = [
  ...ownVariables,
  ...operationsVariables,
  ...telemetryVariables,
];

/** @throws Error that names every variable that is wrong. */
export const readBehindConfig = (
  env: NodeJS.ProcessEnv,
  worker: WorkerPlace | null = null,
): BehindConfig => ({
  worker,
  ...readLegacyConfig(env),
  ...readLibraryConfig(env),
  ...readOperationsConfig(env),
});

/** @throws Error where more workers are asked for than there are connections to a legacy system. */
function countOfWorkers(workers: number | 'auto', max: number): number {
  const count = workerCount(workers, max);
  if (count > max) {
    throw new Error(
      `WORKERS is ${count}, and a legacy system has ${max} connections (PRS_CONNECTIONS, CMS_CONNECTIONS, CIRC_CONNECTIONS), ` +
        'which all workers share: each worker needs one.',
    );
  }
  return count;
}

/**
 * Runs until a signal ends it, in workers of this process where `WORKERS` asks for several. It listens at once, and is ready
 * when it has reached its journal: PostgreSQL may start later, or be away for a while.
 */
export async function runStandalone<Context extends object>(
  standalone: StandaloneSubgraph<Context>,
): Promise<void> {
  const worker = joinWorkers(process.env);
  const resources = new AsyncDisposableStack();
  try {
    const config = readSubgraphConfig(process.env, standalone.defaultPort);
    const behind = readBehindConfig(process.env, worker);
    const { log, report } = beginLog(config.logLevel, process.env, subgraphVariables, worker);
    if (worker === null) {
      const count = countOfWorkers(config.workers, standalone.maxWorkers(behind));
      if (count > 1) {
        await superviseWorkers(count, config, log);
        return;
      }
    }
    const service = `patron-graph-${standalone.name}`;
    resources.use(await startTelemetry(process.env, { service, version: report.version, log }));
    const metrics = resources.use(await openMetrics(config.metrics, report));
    const observer = { ...createServiceMetrics(metrics.registry), ...metrics.servers };
    const stopping = new AbortController();
    // Closed last: the server still answers what is under way.
    const served = resources.use(new ServedSubgraph(standalone.system, observer));
    const app = createSubgraphServer({
      ...config,
      name: standalone.name,
      subgraph: () => served.subgraph,
      health: served,
      observer,
      stopping: stopping.signal,
      log,
      tls: openServerTls(config.tls, log),
    });
    resources.defer(() => app.close());
    const address = await app.listen({ host: config.host, port: config.port });
    stopOnSignal({
      delayMs: config.shutdownDelayMs,
      requestTimeoutMs: config.requestTimeoutMs,
      announce: () => stopping.abort(),
      close: () => resources.disposeAsync(),
      log,
    });
    await served.open((stack) => standalone.open(behind, { log, observer }, stack), log, stopping.signal);
    if (served.subgraph !== null) {
      announceStarted(`${standalone.name} at ${address}/graphql\n`);
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
    await resources.disposeAsync();
    leaveWorkers();
  }
}
