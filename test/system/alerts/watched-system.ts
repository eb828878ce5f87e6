/** The whole system as an operator runs it, scraped by a Prometheus, under a little load. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
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
  subgraphNames,
  urlsOf,
} from '../../support/services/running-service.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

/** A part that Prometheus scrapes. */
export interface WatchedService extends RunningService {
  /** Where it is scraped. */
  readonly target: string;
  /** Ends it as a crash does. Prometheus goes on to ask for it. */
  crash(): Promise<void>;
  /** Starts it again, with the same ports, and has Prometheus ask for it. */
  restart(): Promise<void>;
  /** Ends it, and Prometheus asks for it no more. */
  remove(): Promise<void>;
}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly object[];
}

export interface WatchedSystem {
  readonly prometheus: Prometheus;
  readonly postgres: PostgresServer;
  readonly database: PostgresDatabase;
  readonly legacy: RunningSimulators;
  /** The endpoint of notices. */
  readonly receiver: Receiver;
  readonly parts: ReadonlyMap<ServiceName, WatchedService>;
  /** The variables of subgraphs, and of gateways. */
  readonly subgraphEnv: NodeJS.ProcessEnv;
  readonly gatewayEnv: NodeJS.ProcessEnv;
  /** Starts another process of a part. */
  add(name: ServiceName, env: NodeJS.ProcessEnv): Promise<WatchedService>;
  /** Has Prometheus scrape this part from now on, until what it returns is called. */
  scrape(target: string, part: string): () => void;
  /** Asks the gateway. */
  ask(query: string, variables?: object): Promise<Answer>;
}

/** Pause of a client between two requests, in ms. */
const pauseMs = 100;

export const patronQuery = '{ me { name { english } } }';
export const wholeQuery = 'query Whole { me { name { english } credentials { status } loanQuota { used } } }';
export const checkIn = `mutation CheckIn($input: CheckInInput!) {
  checkIn(input: $input) { operation { state } problems { code } }
}`;

/** `rules`: of the alerts. Everything ends with `resources`. */
export async function startWatchedSystem(
  rules: string,
  resources: AsyncDisposableStack,
): Promise<WatchedSystem> {
  const postgres = resources.use(requireServer(await ownPostgres()));
  const database = await postgres.createDatabase();
  const legacy = resources.use(await startSimulators({ dropAfterMs: 1000 }));
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-watched-'));
  resources.defer(() => rm(folder, { recursive: true }));
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
    CIRC_DEADLINE_MS: '500',
    CIRC_BREAKER_FAILURES: '3',
    CIRC_BREAKER_OPEN_MS: '1500',
    PRS_CONNECTIONS: '1',
    PRS_QUEUE: '1',
  };
  const targets = new Map<string, string>();
  const scrape = (target: string, part: string) => {
    targets.set(target, part);
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
    let forget = scrape(target, name);
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
        forget = scrape(target, name);
        await untilAlive();
      },
      async remove() {
        await crash();
        forget();
      },
    };
  };
  const envOf = (name: ServiceName) =>
    name === 'circulation' ? { ...subgraphEnv, WEBHOOKS_FILE: webhooks } : subgraphEnv;
  const subgraphs = await Promise.all(subgraphNames.map((name) => add(name, envOf(name))));
  const gatewayEnv = {
    ...urlsOf(Object.fromEntries(subgraphs.map(({ name, origin }) => [name, origin]))),
    SUBGRAPH_SECRET: serviceSecret,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    DATA_DIR: folder,
    // Without a manifest in it: each document is unknown, and served.
    TRUSTED_DOCUMENTS_DIR: folder,
    RATES_DATABASE_URL: database.url,
  };
  const gateway = await add('gateway', gatewayEnv);
  const parts = new Map([...subgraphs, gateway].map((part) => [part.name, part]));
  const ask = askAs(gateway.origin, await openDevelopmentIssuer(folder));
  const ended = new AbortController();
  const clients = [
    load(() => ask(wholeQuery), ended.signal),
    load(() => ask(wholeQuery), ended.signal),
    load(() => ask(checkIn, checkInOf('31852000000494')), ended.signal),
  ];
  resources.defer(async () => {
    ended.abort();
    await Promise.all(clients);
  });
  return {
    prometheus,
    postgres,
    database,
    legacy,
    receiver,
    parts,
    subgraphEnv,
    gatewayEnv,
    add,
    scrape,
    ask,
  };
}

/** The variables of a check-in, which is refused where the item is not on loan. */
export const checkInOf = (itemNumber: string) => ({ input: { reference: crypto.randomUUID(), itemNumber } });

function askAs(origin: string, issuer: DevelopmentIssuer): WatchedSystem['ask'] {
  const signing = issuer.sign(
    { subject: 'test', patronId: 'P0000002', scope: 'station circulation:write' },
    // Longer than the test takes on the busiest machine.
    3600,
  );
  return async (query, variables = {}) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await signing}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
}

/** Asks again and again until `ended`, whatever becomes of it. */
export async function load(ask: () => Promise<unknown>, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await ask().catch(() => undefined);
    await setTimeout(pauseMs);
  }
}
