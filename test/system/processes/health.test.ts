/** The table of health answers in docs/runbook.md, checked with processes that are started as operators start them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import { ownPostgres, type PostgresServer, requireServer } from '../../support/postgres.ts';
import { serviceSecret, subgraphEnvOf } from '../../support/services/environment.ts';
import {
  type RunningService,
  type ServiceName,
  startService,
  urlsOf,
} from '../../support/services/running-service.ts';

/** A row of the runbook's table: the answers of a service in a situation. */
interface Row {
  readonly situation: string;
  readonly service: ServiceName;
  /** The other cells, in the form `200 | 503 | journal | journal: down`. */
  readonly answers: string;
}

const runbook = await readFile(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');
const [, table = ''] = /\n(\| situation \|.*?)\n\n/s.exec(runbook) ?? [];
const rows: readonly Row[] = table
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => cells.map((cell) => cell.replaceAll('`', '').trim()))
  .map(([situation = '', service = '', ...answers]) => ({
    situation,
    service: service as ServiceName,
    answers: answers.join(' | '),
  }));

/** A service's answers in the form of the table. The last two cells list the parts that have a problem. */
async function answersOf(origin: string): Promise<string> {
  const ask = async (route: string) => {
    const response = await fetch(`${origin}/health/${route}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const live = await ask('live');
  const ready = await ask('ready');
  const { body } = await ask('dependencies');
  const conditions = Object.entries(ready.body.conditions as Record<string, boolean>);
  const reasons = conditions.filter(([, holds]) => !holds).map(([name]) => name);
  const states = Object.entries(body.dependencies as Record<string, string>);
  const troubles = states.filter(([, state]) => state !== 'up').map((trouble) => trouble.join(': '));
  return [
    live.status,
    ready.status,
    [...reasons, ...(ready.body.stopping === true ? ['stopping'] : [])].join(', '),
    troubles.sort().join(', '),
  ].join(' | ');
}

const resources = new AsyncDisposableStack();
const services = new Map<ServiceName, RunningService>();
let postgres: PostgresServer;
let legacy: RunningSimulators;
let subgraphEnv: NodeJS.ProcessEnv;
let gatewayEnv: NodeJS.ProcessEnv;

beforeAll(async () => {
  postgres = resources.use(requireServer(await ownPostgres()));
  const database = await postgres.createDatabase();
  legacy = resources.use(await startSimulators());
  await legacy.prs.stop();
  subgraphEnv = { ...subgraphEnvOf(legacy, database.url), SHUTDOWN_DELAY_MS: '60000' };
  for (const name of coreSubgraphs) {
    services.set(name, resources.use(await startService(name, subgraphEnv)));
  }
  const origins = Object.fromEntries([...services].map(([name, { origin }]) => [name, origin]));
  gatewayEnv = {
    ...urlsOf(origins),
    SUBGRAPH_SECRET: serviceSecret,
    SHUTDOWN_DELAY_MS: '60000',
    ALLOW_DEVELOPMENT_ISSUER: '1',
  };
  services.set('gateway', resources.use(await startService('gateway', gatewayEnv)));
}, 30_000);
afterAll(() => resources.disposeAsync());

/** Starts another process of a service. In the returned map, it replaces the process in `services`. */
const startAnother = async (name: ServiceName, env: NodeJS.ProcessEnv) =>
  new Map(services).set(name, resources.use(await startService(name, env)));

/** Creates each situation, in this order. Resolves to the processes that the table describes. */
const situations: Readonly<Record<string, () => Promise<ReadonlyMap<ServiceName, RunningService>>>> = {
  'The patron registry is down when the processes start': async () => services,
  'Everything is up': async () => {
    await legacy.prs.start();
    return services;
  },
  'A gateway has another `SUBGRAPH_SECRET`': () =>
    startAnother('gateway', { ...gatewayEnv, SUBGRAPH_SECRET: 'another secret of as many characters' }),
  'The only issuer of tokens is away when a gateway starts': () =>
    startAnother('gateway', {
      ...gatewayEnv,
      ALLOW_DEVELOPMENT_ISSUER: '',
      JWKS_URL: 'http://127.0.0.1:1/keys',
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'graph',
    }),
  'Card management hangs': async () => {
    await setFaults(legacy.cms.url, 'PUT', { faults: [{ kind: 'hang' }] });
    return services;
  },
  'PostgreSQL goes away': async () => {
    await setFaults(legacy.cms.url, 'DELETE');
    await postgres.power?.stop();
    return services;
  },
  'PostgreSQL is away when a subgraph starts': () => startAnother('patrons', subgraphEnv),
  'PostgreSQL is back': async () => {
    await postgres.power?.start();
    return services;
  },
  'A process has got SIGTERM': async () => {
    services.get('gateway')?.child.kill('SIGTERM');
    services.get('circulation')?.child.kill('SIGTERM');
    return services;
  },
  'A subgraph is down when a gateway starts': () => {
    services.get('circulation')?.child.kill('SIGKILL');
    return startAnother('gateway', gatewayEnv);
  },
};

async function setFaults(url: string, method: string, content?: object): Promise<void> {
  const body = content === undefined ? {} : { body: JSON.stringify(content) };
  const response = await fetch(new URL('/_faults', url), { method, ...body });
  expect(response.ok).toBe(true);
}

test('the runbook has each situation, and no other', () => {
  const named = Object.keys(situations).map((name) => name.replaceAll('`', ''));
  expect(named).toHaveLength(10);
  expect([...new Set(rows.map(({ situation }) => situation))].sort()).toEqual(named.sort());
});

for (const [name, bringAbout] of Object.entries(situations)) {
  test(`health: ${name}`, { timeout: 20_000 }, async () => {
    const processes = await bringAbout();
    const expected = rows.filter(({ situation }) => situation === name.replaceAll('`', ''));
    expect(expected).not.toEqual([]);
    for (const { service, answers } of expected) {
      const origin = processes.get(service)?.origin ?? expect.fail(`no process of ${service}`);
      const seen = () => answersOf(origin).catch(() => 'no answer');
      await expect.poll(seen, { timeout: 15_000, interval: 100, message: service }).toBe(answers);
    }
  });
}
