/** The whole system as an operator runs it, under a light load. A Prometheus scrapes its processes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import { type AnswerBody, askGraph } from '../../support/graph/ask-graph.ts';
import {
  ownPostgres,
  type PostgresDatabase,
  type PostgresServer,
  requireServer,
} from '../../support/postgres.ts';
import { freePort } from '../../support/processes.ts';
import { newSecret, type Receiver, startReceiver } from '../../support/servers/webhook-receiver.ts';
import { serviceSecret, subgraphEnvOf } from '../../support/services/environment.ts';
import {
  type RunningService,
  type ServiceName,
  startService,
  statusOf,
  urlsOf,
} from '../../support/services/running-service.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

export interface WatchedService extends RunningService {
  /** The host and port at which Prometheus scrapes the process. */
  readonly target: string;
  /** Kills the process. Prometheus still tries to scrape it. */
  crash(): Promise<void>;
  /** Starts the process again on the same ports. Prometheus scrapes it again. */
  restart(): Promise<void>;
  /** Kills the process, and removes it from Prometheus' targets. */
  remove(): Promise<void>;
}

export interface WatchedSystem {
  readonly prometheus: Prometheus;
  readonly postgres: PostgresServer;
  readonly database: PostgresDatabase;
  readonly legacy: RunningSimulators;
  /** The receiver of notices. */
  readonly receiver: Receiver;
  readonly services: ReadonlyMap<ServiceName, WatchedService>;
  readonly subgraphEnv: NodeJS.ProcessEnv;
  readonly gatewayEnv: NodeJS.ProcessEnv;
  /** Starts another process of a service. */
  add(name: ServiceName, env: NodeJS.ProcessEnv): Promise<WatchedService>;
  /** Makes Prometheus scrape the target. The returned function stops this. */
  scrape(target: string, service: string): () => void;
  ask(query: string, variables?: object): Promise<AnswerBody>;
  /** Asks as the caller `subject`. Each caller has turns of its own in queues. */
  askAs(subject: string, query: string): Promise<AnswerBody>;
}

/** A client's pause between two requests, in ms. */
const pauseMs = 100;

export const patronQuery = '{ me { name { english } } }';
export const wholeQuery = 'query Whole { me { name { english } credentials { status } loanQuota { used } } }';
export const checkIn = `mutation CheckIn($input: CheckInInput!) {
  checkIn(input: $input) { operation { state } problems { code } }
}`;

/** Starts the system. `rules` has the alerts, as YAML. Disposing of `resources` stops the system. */
export async function startWatchedSystem(
  rules: string,
  resources: AsyncDisposableStack,
): Promise<WatchedSystem> {
  const postgres = resources.use(requireServer(await ownPostgres()));
  const database = await postgres.createDatabase();
  const legacy = resources.use(await startSimulators({ dropAfterMs: 1000 }));
  const { path: folder } = resources.use(await openTemporaryFolder());
  const prometheus = resources.use(await startPrometheus(rules));
  const receiver = resources.use(await startReceiver());
  const webhooks = join(folder, 'webhooks.json');
  await writeFile(
    webhooks,
    JSON.stringify({ endpoints: [{ name: 'mail', url: receiver.url, secrets: [newSecret()] }] }),
  );
  const subgraphEnv = {
    ...subgraphEnvOf(legacy, database.url),
    ALLOW_SIMULATOR_TIMES: '1',
    CIRC_DROP_AFTER_MS: '1000',
    // A slow answer of three seconds is no failure. An open circuit breaker is open for longer than a trial takes.
    LEGACY_LIMITS: 'deadlineMs=3500 queue=16 breakerThreshold=3 breakerOpenMs=7000',
    PRS_CONNECTIONS: '1',
  };
  const targets = new Map<string, string>();
  const scrape = (target: string, service: string) => {
    targets.set(target, service);
    prometheus.watch(targets);
    return () => {
      targets.delete(target);
      prometheus.watch(targets);
    };
  };
  const add = async (name: ServiceName, env: NodeJS.ProcessEnv): Promise<WatchedService> => {
    const metricsPort = await freePort();
    const target = `127.0.0.1:${metricsPort}`;
    const port = await freePort();
    const start = () => startService(name, { ...env, METRICS_PORT: String(metricsPort) }, port);
    let running = await start();
    resources.defer(() => running[Symbol.asyncDispose]());
    let unscrape = scrape(target, name);
    const origin = `http://127.0.0.1:${port}`;
    const crash = async () => {
      running.child.kill('SIGKILL');
      await running.exit;
    };
    const untilAlive = async () => {
      while ((await statusOf(origin, 'live')) !== 200) {
        expect(running.child.exitCode, running.output.stderr).toBeNull();
        await setTimeout(50);
      }
    };
    await untilAlive();
    return {
      ...running,
      origin,
      target,
      crash,
      async restart() {
        await crash();
        running = await start();
        unscrape = scrape(target, name);
        await untilAlive();
      },
      async remove() {
        await crash();
        unscrape();
      },
    };
  };
  const envOf = (name: ServiceName) =>
    name === 'circulation' ? { ...subgraphEnv, WEBHOOKS_FILE: webhooks } : subgraphEnv;
  const subgraphs = await Promise.all(coreSubgraphs.map((name) => add(name, envOf(name))));
  const gatewayEnv = {
    ...urlsOf(Object.fromEntries(subgraphs.map(({ name, origin }) => [name, origin]))),
    SUBGRAPH_SECRET: serviceSecret,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    DATA_DIR: folder,
    // The folder has no manifest. So every document is unknown, but it is still served.
    TRUSTED_DOCUMENTS_DIR: folder,
    RATES_DATABASE_URL: database.url,
  };
  const gateway = await add('gateway', gatewayEnv);
  const services = new Map([...subgraphs, gateway].map((service) => [service.name, service]));
  const issuer = await openDevelopmentIssuer(folder);
  const claims = { subject: 'test', patronId: 'P0000002', scope: 'station circulation:write' };
  // The token is valid for longer than the test takes on a busy machine.
  const token = await issuer.sign(claims, 3600);
  const ask = (query: string, variables: object = {}) =>
    askGraph(gateway.origin, query, { token, variables });
  const askAs = async (subject: string, query: string) =>
    askGraph(gateway.origin, query, { token: await issuer.sign({ ...claims, subject }, 3600) });
  resources.defer(crowd(2, () => ask(wholeQuery)));
  resources.defer(crowd(1, () => ask(checkIn, checkInOf('31852000000494'))));
  return {
    prometheus,
    postgres,
    database,
    legacy,
    receiver,
    services,
    subgraphEnv,
    gatewayEnv,
    add,
    scrape,
    ask,
    askAs,
  };
}

/** The variables of a check-in. Circulation refuses it if the item is not on loan. */
export const checkInOf = (itemNumber: string) => ({ input: { reference: crypto.randomUUID(), itemNumber } });

/** Clients that repeat a request after any answer. The returned function stops them. */
export function crowd(count: number, ask: () => Promise<unknown>): () => Promise<void> {
  const ended = new AbortController();
  const clients = Array.from({ length: count }, async () => {
    while (!ended.signal.aborted) {
      await ask().catch(() => undefined);
      await setTimeout(pauseMs);
    }
  });
  return async () => {
    ended.abort();
    await Promise.all(clients);
  };
}
