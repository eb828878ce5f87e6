import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { openServerTls } from '../../tls/server.ts';
import {
  type LegacyConfig,
  type LibraryConfig,
  subgraphVariables as ownVariables,
  readLegacyConfig,
  readLibraryConfig,
  readSubgraphConfig,
} from './config.ts';
import type { ErrorLog } from './errors.ts';
import { createSubgraphServer } from './http.ts';
import { type OperationsConfig, operationsVariables, readOperationsConfig } from './operations-config.ts';
import { type SubgraphDefinition, startSubgraph } from './serve.ts';
import { warnAboutUnknownVariables } from './unknown-variables.ts';

/** The configuration of the legacy systems and of the journal. */
export interface BehindConfig extends LegacyConfig, LibraryConfig, OperationsConfig {}

/** A subgraph, and a check whether its legacy system answers. */
export interface OpenedSubgraph<Context extends object> {
  readonly definition: SubgraphDefinition<Context>;
  ping(signal: AbortSignal): Promise<void>;
}

/** How one subgraph runs in a process of its own. */
export interface StandaloneSubgraph<Context extends object> {
  readonly defaultPort: number;
  /** The legacy system's name in `/health/ready`. */
  readonly system: string;
  /**
   * Opens the subgraph's services, which close with `resources`.
   * @throws Error that names every missing variable.
   */
  open(
    config: BehindConfig,
    log: ErrorLog,
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
export const subgraphVariables: readonly string[] = [...ownVariables, ...operationsVariables];

/** @throws Error that names every variable that is wrong. */
export const readBehindConfig = (env: NodeJS.ProcessEnv): BehindConfig => ({
  ...readLegacyConfig(env),
  ...readLibraryConfig(env),
  ...readOperationsConfig(env),
});

/** Runs until a signal ends it. On SIGTERM it completes requests in progress and exits with 0 within five seconds. */
export async function runStandalone<Context extends object>(
  subgraph: StandaloneSubgraph<Context>,
): Promise<void> {
  try {
    const config = readSubgraphConfig(process.env, subgraph.defaultPort);
    const log = pino({ level: config.logLevel }, pino.destination(2));
    warnAboutUnknownVariables(log, process.env, subgraphVariables);
    await using resources = new AsyncDisposableStack();
    const behind = readBehindConfig(process.env);
    const opened = await subgraph.open(behind, log, resources);
    const running = resources.use(await startSubgraph(opened.definition, log));
    const app = createSubgraphServer(running, {
      secret: config.secret,
      log,
      tls: config.tls === null ? null : openServerTls(config.tls, log),
      system: { name: subgraph.system, ping: (signal) => opened.ping(signal) },
    });
    resources.defer(() => app.close());
    const address = await app.listen({ host: config.host, port: config.port });
    const open = resources.move();
    closeWithGrace({ delay: 4500, logger: log }, () => open.disposeAsync());
    process.stdout.write(`${running.name} at ${address}/graphql\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
