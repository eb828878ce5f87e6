import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import type { createStore } from '../../../simulators/tables/store.ts';
import { ownPostgres, type PostgresDatabase, type PostgresPower, requireServer } from '../postgres.ts';
import { storeForTests } from '../set-up/store-for-tests.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { subgraphEnvOf } from './environment.ts';
import { type RunningService, type ServiceName, startService, urlsOf } from './running-service.ts';

const serviceNames: readonly ServiceName[] = ['gateway', ...coreSubgraphs];
/** `SHUTDOWN_DELAY_MS` of each process. It is longer than a balancer needs to notice the shutdown. */
const shutdownDelayMs = 1500;

/** A gateway and subgraphs, each behind a balancer, as in Kubernetes. Processes come and go, and the addresses stay. */
export interface BalancedGraph extends AsyncDisposable {
  /** The gateway's origin, for clients. */
  readonly origin: string;
  readonly database: PostgresDatabase;
  /** Control over PostgreSQL. */
  readonly power: PostgresPower;
  readonly legacy: RunningSimulators;
  readonly issuer: DevelopmentIssuer;
  /** The environment variables of every process. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Starts a process of each part, from the project or from its copy in `cwd`. Resolves when each process gets
   * connections.
   */
  start(cwd?: string): Promise<readonly RunningService[]>;
}

/**
 * Opens the balancers, the database and the simulators, but starts no process. `env` is added to the variables of all
 * processes.
 * @throws Error if there is no PostgreSQL
 */
export async function openBalancedGraph({
  env: more = {},
  store = storeForTests(),
}: {
  env?: NodeJS.ProcessEnv;
  store?: ReturnType<typeof createStore>;
} = {}): Promise<BalancedGraph> {
  await using opening = new AsyncDisposableStack();
  const postgres = opening.use(requireServer(await ownPostgres()));
  const database = await postgres.createDatabase();
  const { power } = postgres;
  if (power === null) {
    throw new Error('the server is not our own');
  }
  const legacy = opening.use(await startSimulators({ store }));
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-balanced-'));
  opening.defer(() => rm(dataDir, { recursive: true }));
  const gateway = opening.use(await startBalancer());
  const subgraphs = new Map<ServiceName, Balancer>();
  for (const name of coreSubgraphs) {
    subgraphs.set(name, opening.use(await startBalancer()));
  }
  const balancerOf = (name: ServiceName): Balancer => subgraphs.get(name) ?? gateway;
  const env = {
    ...subgraphEnvOf(legacy, database.url),
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
    // With budgets, the only caller of a test would exceed its own on a fast machine.
    RATES: 'off',
    ...urlsOf(Object.fromEntries([...subgraphs].map(([name, { origin }]) => [name, origin]))),
    ...more,
  };
  const issuer = await openDevelopmentIssuer(dataDir);
  const resources = opening.move();
  return {
    origin: gateway.origin,
    database,
    power,
    legacy,
    issuer,
    env,
    async start(cwd) {
      const parts: RunningService[] = [];
      for (const name of serviceNames) {
        const part = resources.use(await startService(name, env, undefined, cwd));
        balancerOf(name).add(part.origin);
        parts.push(part);
      }
      await Promise.all(parts.map(({ name, origin }) => balancerOf(name).until(origin, true)));
      return parts;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Ends the processes one after the other with SIGTERM. Resolves to their exit codes. */
export async function stopInTurn(parts: readonly RunningService[]): Promise<readonly (number | null)[]> {
  const exits: (number | null)[] = [];
  for (const { child, exit } of parts) {
    child.kill('SIGTERM');
    exits.push(await exit);
  }
  return exits;
}

/** The result of a client that sends one request after another (`repeatRequest`). */
export interface ClientReport {
  /** Wrong answers, and errors of requests without an answer. */
  readonly failures: readonly string[];
  readonly requests: number;
  /** The longest time of a request, in ms. */
  readonly slowestMs: number;
}

/**
 * Asks again and again until the signal aborts, with a pause after each answer. `ask` gets the number of earlier
 * requests. It resolves to null if the answer is right, otherwise to the wrong answer.
 */
export async function repeatRequest(
  ask: (before: number) => Promise<string | null>,
  pauseMs: number,
  ended: AbortSignal,
): Promise<ClientReport> {
  const failures: string[] = [];
  let requests = 0;
  let slowestMs = 0;
  for (; !ended.aborted; requests += 1) {
    const from = performance.now();
    const failure = await ask(requests).catch((error: Error) => `${error.message}: ${String(error.cause)}`);
    slowestMs = Math.max(slowestMs, performance.now() - from);
    if (failure !== null) {
      failures.push(failure);
    }
    await setTimeout(pauseMs);
  }
  return { failures, requests, slowestMs };
}
