/** Each part is replaced, one after the other, while clients ask. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { DEFAULT_CREDENTIALS, startSimulators } from '../../../simulators/index.ts';
import { type Balancer, startBalancer } from '../../support/parts/balancer.ts';
import {
  type PartName,
  type RunningPart,
  startPart,
  subgraphNames,
  urlsOf,
} from '../../support/parts/running-part.ts';
import { ownPostgres } from '../../support/postgres.ts';

const secret = 'a secret of thirty-two characters';
const partNames: readonly PartName[] = ['gateway', ...subgraphNames];
/** Pause between two requests of a client, in ms. Clients of both kinds are there: one that keeps connections, one that doesn't. */
const pauseMs = 25;

/** Asks until `ended`, and collects what failed. */
async function load(ask: (count: number) => Promise<string | null>, ended: AbortSignal) {
  const failures: string[] = [];
  let count = 0;
  while (!ended.aborted) {
    const failure = await ask(count++).catch((error: Error) => `${error.message}: ${String(error.cause)}`);
    if (failure !== null) {
      failures.push(failure);
    }
    await setTimeout(pauseMs);
  }
  return { failures, count };
}

test('a rolling restart of every part fails no request', { timeout: 60_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await ownPostgres());
  if ('reason' in postgres) {
    throw new Error(`no PostgreSQL: ${postgres.reason}`);
  }
  const database = await postgres.createDatabase();
  const legacy = resources.use(await startSimulators());
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-rolling-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const balancers = new Map<PartName, Balancer>();
  for (const name of partNames) {
    balancers.set(name, resources.use(await startBalancer()));
  }
  const balancerOf = (name: PartName) => balancers.get(name) ?? expect.fail(name);
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const env = {
    ...{ SUBGRAPH_SECRET: secret, JOURNAL_SECRET: secret, DATABASE_URL: database.url },
    ...{ PRS_URL: legacy.prs.url, CMS_URL: legacy.cms.url, CIRC_URL: legacy.circ.url },
    ...{ CMS_USER: cms.user, CMS_PASSWORD: cms.password, CIRC_USER: circ.user, CIRC_PASSWORD: circ.password },
    ...{ DATA_DIR: dataDir, ALLOW_DEVELOPMENT_ISSUER: '1' },
    ...urlsOf(Object.fromEntries([...balancers].map(([name, { origin }]) => [name, origin]))),
    // Longer than a balancer needs to notice.
    SHUTDOWN_DELAY_MS: '1500',
  };
  const startReplicas = async () => {
    const replicas: RunningPart[] = [];
    for (const name of partNames) {
      const replica = resources.use(await startPart(name, env));
      balancerOf(name).add(replica.origin);
      replicas.push(replica);
    }
    await Promise.all(replicas.map(({ name, origin }) => balancerOf(name).until(origin, true)));
    return replicas;
  };
  const before = await startReplicas();

  const token = await (await openDevelopmentIssuer(dataDir)).sign(
    { subject: 'reader', patronId: 'P0000002' },
    600,
  );
  const whole = { me: { name: { english: 'LEE, SIU MING' }, loanQuota: { used: 5 } } };
  const ask = (connection: string, query: string, data: object) => async () => {
    const response = await fetch(`${balancerOf('gateway').origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    return text === JSON.stringify({ data }) ? null : `${response.status} ${text}`;
  };
  const ended = new AbortController();
  const query = '{ me { name { english } loanQuota { used } } }';
  const loads = [
    load(ask('keep-alive', query, whole), ended.signal),
    load(ask('close', query, whole), ended.signal),
    // Quick ones: some are on their way whenever a gateway stops.
    load(ask('close', '{ __typename }', { __typename: 'Query' }), ended.signal),
    load(ask('close', '{ __typename }', { __typename: 'Query' }), ended.signal),
  ];

  await startReplicas();
  const exits: (number | null)[] = [];
  for (const { child, exit } of before) {
    child.kill('SIGTERM');
    exits.push(await exit);
  }
  ended.abort();
  const results = await Promise.all(loads);
  expect(results.map(({ failures }) => failures)).toEqual([[], [], [], []]);
  for (const { count } of results) {
    expect(count).toBeGreaterThan(5);
  }
  expect(exits).toEqual([0, 0, 0, 0]);
});
