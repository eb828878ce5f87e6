import { beginLog } from '../../platform/lifecycle/log.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { stopOnSignal } from '../../platform/lifecycle/stop-on-signal.ts';
import { superviseWorkers, workerCount } from '../../platform/lifecycle/supervise-workers.ts';
import {
  announceStarted,
  joinWorkers,
  leaveWorkers,
  type WorkerNumber,
} from '../../platform/lifecycle/workers/worker.ts';
import { listenAt } from '../../platform/ports/listen.ts';
import {
  coreSystems,
  type System,
  type SystemEntry,
  systems,
  variablePrefix,
} from '../../platform/systems.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { telemetryVariables } from '../../telemetry/config.ts';
import { openMetrics } from '../../telemetry/metrics/open-metrics.ts';
import { createServiceMetrics } from '../../telemetry/metrics/services/index.ts';
import { startTelemetry } from '../../telemetry/start.ts';
import type { ServiceObserver } from '../observer.ts';
import {
  type LibraryConfig,
  subgraphVariables as ownVariables,
  readLibraryConfig,
  readSubgraphConfig,
} from './config.ts';
import {
  type CoreSettings,
  type LegacyConfig,
  readLegacyConfig,
  urlVariable,
} from './environment/legacy-systems.ts';
import type { ProcessLog } from './errors.ts';
import { createSubgraphServer } from './http.ts';
import { type OperationsConfig, operationsVariables, readOperationsConfig } from './operations-config.ts';
import { type OpenedSubgraph, ServedSubgraph } from './served-subgraph.ts';

/** The configuration of a subgraph's dependencies: the legacy systems, the library's files and the journal. */
export interface BehindConfig extends LegacyConfig, LibraryConfig, OperationsConfig {
  /**
   * Which of several workers this process is. It gets a share of the calls to legacy systems. Null if this process may
   * make all of them.
   */
  readonly worker: WorkerNumber | null;
}

export interface ServiceObservers {
  readonly log: ProcessLog;
  readonly observer: ServiceObserver;
}

export interface StandaloneSubgraph<Context extends object> {
  readonly entry: System;
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

/** The purpose of each required variable that is not the address of a legacy system. */
const purposes = {
  DATABASE_URL: 'where all processes keep their operations',
  JOURNAL_SECRET: 'the key to them, which all processes share',
} as const;
type Variable = keyof typeof purposes;
type Present<Wanted> = { readonly [Name in keyof Wanted]: NonNullable<Wanted[Name]> };

function refuseMissing(wanted: Partial<Record<Variable, unknown>>, systems: readonly SystemEntry[]): void {
  const missing = [
    ...systems.map((entry) => `${urlVariable(entry)} is wanted: where ${entry.inSentence} is.`),
    ...(Object.keys(wanted) as Variable[])
      .filter((name) => wanted[name] === null)
      .map((name) => `${name} is wanted: ${purposes[name]}.`),
  ];
  if (missing.length > 0) {
    throw new Error(missing.join('\n'));
  }
}

/**
 * Returns the values, if none of them is null.
 * @throws Error whose message names every missing variable and its purpose.
 */
export function required<Wanted extends Partial<Record<Variable, unknown>>>(wanted: Wanted): Present<Wanted> {
  refuseMissing(wanted, []);
  return wanted as Present<Wanted>;
}

/**
 * Returns the values, as `required` does, and the settings of the systems that lending needs.
 * @param own an added system whose settings are also required; null for none
 */
export function requiredSystems<Wanted extends Partial<Record<Variable, unknown>>>(
  config: LegacyConfig,
  wanted: Wanted,
  own: SystemEntry | null = null,
): Present<Wanted> & { readonly core: CoreSettings } {
  const missing: SystemEntry[] = coreSystems.filter(({ id }) => config[id] === null);
  if (own !== null && !config.added.has(own.id)) {
    missing.push(own);
  }
  refuseMissing(wanted, missing);
  return { ...(wanted as Present<Wanted>), core: config as CoreSettings };
}

/** The names of all variables that a subgraph's process reads. */
export const subgraphVariables: readonly string[] = [
  ...ownVariables,
  ...operationsVariables,
  ...telemetryVariables,
];

/** @throws Error whose message names the variables that are wrong. */
export const readBehindConfig = (
  env: NodeJS.ProcessEnv,
  worker: WorkerNumber | null = null,
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
export function countOfWorkers(workers: number | 'auto', max: number): number {
  const count = workerCount(workers, max);
  if (count > max) {
    const limits = systems.map((entry) => `${variablePrefix(entry)}_CONNECTIONS`).join(', ');
    throw new Error(
      `WORKERS is ${count}, and a legacy system has ${max} connections (${limits}), ` +
        'which all workers share: each worker needs one.',
    );
  }
  return count;
}

/**
 * Runs the subgraph until a signal ends the process. If `WORKERS` requests several processes, the subgraph runs in
 * workers of this process. The process listens at once, and is ready when it has reached its journal. PostgreSQL may
 * start later, or be unreachable for a while.
 */
export async function runStandalone<Context extends object>(
  standalone: StandaloneSubgraph<Context>,
): Promise<void> {
  const { name, port: defaultPort } = standalone.entry.subgraph;
  const worker = joinWorkers(process.env);
  const resources = new AsyncDisposableStack();
  try {
    const config = readSubgraphConfig(process.env, defaultPort);
    const behind = readBehindConfig(process.env, worker);
    const { log, report } = beginLog(config.logLevel, process.env, subgraphVariables, worker);
    if (worker === null) {
      const count = countOfWorkers(config.workers, standalone.maxWorkers(behind));
      if (count > 1) {
        await superviseWorkers(count, config, log);
        return;
      }
    }
    const service = `patron-graph-${name}`;
    resources.use(await startTelemetry(process.env, { service, version: report.version, log }));
    const metrics = resources.use(await openMetrics(config.metrics, report));
    const observer = { ...createServiceMetrics(metrics.registry), ...metrics.servers };
    const stopping = new AbortController();
    // The subgraph is closed after the server, because the server still answers requests in progress.
    const served = resources.use(new ServedSubgraph(standalone.entry.name, observer));
    const app = createSubgraphServer({
      ...config,
      name,
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
      announceStarted(`${name} at ${address}/graphql\n`);
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
    await resources.disposeAsync();
    leaveWorkers();
  }
}
