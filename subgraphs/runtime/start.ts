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
import { listenAt } from '../../platform/ports/listen.ts';
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

/** The configuration of a subgraph's dependencies: the legacy systems, the library's files and the journal. */
export interface BehindConfig extends LegacyConfig, LibraryConfig, OperationsConfig {
  /**
   * The place of this process among several workers. It decides this process's share of the calls to legacy systems.
   * Null if this process may make all of them.
   */
  readonly worker: WorkerPlace | null;
}

/** The log and the observer for the services of a process. */
export interface ServiceObservers {
  readonly log: ProcessLog;
  readonly observer: ServiceObserver;
}

/** A subgraph that runs in its own process. */
export interface StandaloneSubgraph<Context extends object> {
  readonly name: SubgraphName;
  readonly defaultPort: number;
  /** The legacy system's name in `/health/dependencies`. */
  readonly system: string;
  /**
   * The maximum number of workers that may share the calls to the legacy systems. Each needs a connection to each
   * system.
   */
  maxWorkers(config: LegacyConfig): number;
  /**
   * Opens the subgraph's services. They are closed with `resources`.
   * @throws Error whose message names every missing variable, or StoreUnavailable.
   */
  open(
    config: BehindConfig,
    observers: ServiceObservers,
    resources: AsyncDisposableStack,
  ): Promise<OpenedSubgraph<Context>>;
}

/** The purpose of each required variable. */
const purposes = {
  PRS_URL: 'where the patron registry is',
  CMS_URL: 'where card management is',
  CIRC_URL: 'where the circulation system is',
  DATABASE_URL: 'where all processes keep their operations',
  JOURNAL_SECRET: 'the key to them, which all processes share',
} as const;
type Variable = keyof typeof purposes;

/**
 * Returns the values, if none of them is null. @throws Error whose message names every missing variable and its
 * purpose.
 */
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

/** @throws Error whose message names every variable that is wrong. */
export const readBehindConfig = (
  env: NodeJS.ProcessEnv,
  worker: WorkerPlace | null = null,
): BehindConfig => ({
  worker,
  ...readLegacyConfig(env),
  ...readLibraryConfig(env),
  ...readOperationsConfig(env),
});

/**
 * The number of workers to start.
 * @throws Error if more workers are requested than there are connections to a legacy system.
 */
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
 * Runs until a signal ends it. If `WORKERS` requests several processes, it runs in workers of this process. It listens
 * at once, and is ready when it has reached its journal. PostgreSQL may start later, or be unreachable for a while.
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
    // The subgraph is closed last, because the server still answers requests in progress.
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
    const address = await listenAt(app, { host: config.host, port: config.port, variable: 'PORT' });
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
