/** Gateway and subgraphs behind balancers, as in Kubernetes: each part is replaced, while clients ask. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openDevelopmentIssuer } from '../../../../gateway/access/development.ts';
import {
  DEFAULT_CREDENTIALS,
  type Simulator,
  type SystemName,
  startSimulators,
} from '../../../../simulators/index.ts';
import { type Balancer, startBalancer } from '../../../support/parts/balancer.ts';
import {
  type PartName,
  type RunningPart,
  startPart,
  subgraphNames,
  urlsOf,
} from '../../../support/parts/running-part.ts';
import { ownPostgres } from '../../../support/postgres.ts';

const secret = 'a secret of thirty-two characters';
const partNames: readonly PartName[] = ['gateway', ...subgraphNames];
/** Pause between two requests of a client, in ms. */
const pauseMs = 25;
/** Longer than a balancer needs to notice. */
const shutdownDelayMs = 1500;

/** A request that a client repeats, and the answer that it must always get, as JSON. */
export interface Asked {
  readonly query: string;
  readonly answer: object;
  /** Clients of both kinds are there: one that keeps connections, one that doesn't. */
  readonly connection: 'keep-alive' | 'close';
}

/** What a client has seen. */
export interface ClientReport {
  /** Answers that were not the right one, and requests without any. */
  readonly failures: readonly string[];
  readonly requests: number;
  /** The longest time that an answer took, in ms. */
  readonly slowestMs: number;
}

export interface RollingSystem extends AsyncDisposable {
  readonly legacy: Readonly<Record<SystemName, Simulator>>;
  /** Asks without a pause between answer and next request but {@link pauseMs}, until the signal aborts. */
  load(asked: Asked, ended: AbortSignal): Promise<ClientReport>;
  /** Starts a new process of each part, and when it is ready, stops the old one. Resolves to the exit codes. */
  redeploy(): Promise<readonly (number | null)[]>;
}

/** Starts one process of each part. Resolves when all are ready. @throws Error where there is no PostgreSQL. */
export async function startRollingSystem(): Promise<RollingSystem> {
  await using starting = new AsyncDisposableStack();
  const postgres = starting.use(await ownPostgres());
  if ('reason' in postgres) {
    throw new Error(`no PostgreSQL: ${postgres.reason}`);
  }
  const database = await postgres.createDatabase();
  const legacy = starting.use(await startSimulators());
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-rolling-'));
  starting.defer(() => rm(dataDir, { recursive: true }));
  const balancers = new Map<PartName, Balancer>();
  for (const name of partNames) {
    balancers.set(name, starting.use(await startBalancer()));
  }
  const balancerOf = (name: PartName): Balancer => {
    const balancer = balancers.get(name);
    if (balancer === undefined) {
      throw new Error(`no balancer for ${name}`);
    }
    return balancer;
  };
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const env = {
    ...{ SUBGRAPH_SECRET: secret, JOURNAL_SECRET: secret, DATABASE_URL: database.url },
    ...{ PRS_URL: legacy.prs.url, CMS_URL: legacy.cms.url, CIRC_URL: legacy.circ.url },
    ...{ CMS_USER: cms.user, CMS_PASSWORD: cms.password, CIRC_USER: circ.user, CIRC_PASSWORD: circ.password },
    ...{ DATA_DIR: dataDir, ALLOW_DEVELOPMENT_ISSUER: '1', SHUTDOWN_DELAY_MS: String(shutdownDelayMs) },
    ...urlsOf(Object.fromEntries([...balancers].map(([name, { origin }]) => [name, origin]))),
  };
  const resources = starting.move();
  const startAll = async () => {
    const replicas: RunningPart[] = [];
    for (const name of partNames) {
      const replica = resources.use(await startPart(name, env));
      balancerOf(name).add(replica.origin);
      replicas.push(replica);
    }
    await Promise.all(replicas.map(({ name, origin }) => balancerOf(name).until(origin, true)));
    return replicas;
  };
  let running = await startAll();
  const token = await (await openDevelopmentIssuer(dataDir)).sign(
    { subject: 'reader', patronId: 'P0000002' },
    3600,
  );
  const ask = async ({ query, answer, connection }: Asked): Promise<string | null> => {
    const response = await fetch(`${balancerOf('gateway').origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    return text === JSON.stringify(answer) ? null : `${response.status} ${text}`;
  };
  return {
    legacy,
    async load(asked, ended) {
      const failures: string[] = [];
      let requests = 0;
      let slowestMs = 0;
      for (; !ended.aborted; requests += 1) {
        const from = performance.now();
        const failure = await ask(asked).catch((error: Error) => `${error.message}: ${String(error.cause)}`);
        slowestMs = Math.max(slowestMs, performance.now() - from);
        if (failure !== null) {
          failures.push(failure);
        }
        await setTimeout(pauseMs);
      }
      return { failures, requests, slowestMs };
    },
    async redeploy() {
      const before = running;
      running = await startAll();
      const exits: (number | null)[] = [];
      for (const { child, exit } of before) {
        child.kill('SIGTERM');
        exits.push(await exit);
      }
      return exits;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
