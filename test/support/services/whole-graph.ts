import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import { findPostgres, type PostgresDatabase, requireServer } from '../postgres.ts';
import { subgraphEnvOf } from './environment.ts';
import { type RunningService, type ServiceName, startService, statusOf, urlsOf } from './running-service.ts';

/** A gateway and subgraphs, each in a process of its own, with simulators and a new database. */
export interface WholeGraph extends AsyncDisposable {
  /** The gateway's origin. */
  readonly origin: string;
  readonly services: Readonly<Record<ServiceName, RunningService>>;
  readonly legacy: RunningSimulators;
  readonly database: PostgresDatabase;
  readonly issuer: DevelopmentIssuer;
}

/** Starts all services, with `env` added to their variables. Resolves when all are ready. */
export async function startWholeGraph(env: NodeJS.ProcessEnv = {}): Promise<WholeGraph> {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(requireServer(await findPostgres()));
  const database = resources.use(await postgres.createDatabase());
  const legacy = resources.use(await startSimulators());
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-parts-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const shared = {
    ...subgraphEnvOf(legacy, database.url),
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    ...env,
  };
  const start = async (name: ServiceName, more: NodeJS.ProcessEnv = {}) =>
    resources.use(await startService(name, { ...shared, ...more }));
  const [patrons, credentials, circulation] = await Promise.all([
    start('patrons'),
    start('credentials'),
    start('circulation'),
  ]);
  const subgraphs = { patrons, credentials, circulation };
  const origins = Object.fromEntries(coreSubgraphs.map((name) => [name, subgraphs[name].origin]));
  const gateway = await start('gateway', urlsOf(origins));
  const services = { gateway, ...subgraphs };
  await Promise.all(Object.values(services).map(untilReady));
  const issuer = await openDevelopmentIssuer(dataDir);
  const running = resources.move();
  return {
    origin: gateway.origin,
    services,
    legacy,
    database,
    issuer,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function untilReady({ name, origin, child, output }: RunningService): Promise<void> {
  while ((await statusOf(origin, 'ready')) !== 200) {
    if (child.exitCode !== null) {
      throw new Error(`${name} ended: ${output.stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
