/** `WORKERS`: a gateway and a subgraph in several processes each, which one supervises. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { ownPostgres, requireServer } from '../../support/postgres.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import {
  type RunningService,
  startService,
  statusOf,
  urlsOf,
} from '../../support/services/running-service.ts';

let resources: AsyncDisposableStack;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  resources = new AsyncDisposableStack();
  const postgres = resources.use(requireServer(await ownPostgres()));
  const database = await postgres.createDatabase();
  const legacy = resources.use(await startSimulators());
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-workers-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  env = {
    ...subgraphEnvOf(legacy, database.url),
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    WORKERS: '2',
  };
}, 60_000);
afterAll(() => resources.disposeAsync());

/** Starting takes seconds where the machine has other work. */
const slowly = { timeout: 60_000, interval: 100 };
vi.setConfig({ testTimeout: 120_000 });

interface Line {
  readonly msg: string;
  readonly pid: number;
  readonly worker?: number;
}
const linesOf = ({ output }: RunningService): readonly Line[] =>
  output.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/** The process ids of a part's workers, by their number: each says it when it starts. */
const workersOf = (part: RunningService): ReadonlyMap<number, number> =>
  new Map(
    linesOf(part)
      .filter(({ msg, worker }) => msg === 'starting' && worker !== undefined)
      .map(({ worker = 0, pid }) => [worker, pid]),
  );

const isReady = (part: RunningService) => async () => (await statusOf(part.origin, 'ready')) === 200;

describe('two workers', () => {
  let part: RunningService;
  beforeAll(async () => {
    part = resources.use(await startService('patrons', env));
    await part.says(/patrons at http\S+\n/);
    await vi.waitUntil(isReady(part), slowly);
  }, 120_000);

  test('say once that they serve, and which of them logs', () => {
    expect(part.output.stdout.match(/patrons at/g)).toHaveLength(1);
    expect([...workersOf(part).keys()].sort()).toEqual([1, 2]);
    const [primary] = linesOf(part).filter(({ worker }) => worker === undefined);
    expect(primary).toMatchObject({ msg: 'starting', pid: part.child.pid });
  });

  test('add up what they have measured', async () => {
    const requests = 20;
    for (let count = 0; count < requests; count += 1) {
      await fetch(`${part.origin}/graphql`, { headers: { connection: 'close' } });
    }
    const text = await fetch(`${part.origin}/metrics`).then((response) => response.text());
    const counts = [...text.matchAll(/^http_server_request_duration_seconds_count\{.*404.*\} (\d+)$/gm)];
    expect(counts.map(([, count]) => Number(count))).toEqual([requests]);
  });

  test('one that is killed is started again, while the other serves', async () => {
    const killed = workersOf(part).get(1) ?? expect.fail('no worker 1');
    process.kill(killed, 'SIGKILL');
    const messages = () => linesOf(part).map(({ msg }) => msg);
    await expect.poll(messages, slowly).toContain('a worker has ended, and is started again');
    const statuses = new Set<number | null>();
    await expect
      .poll(async () => {
        statuses.add(await statusOf(part.origin, 'live'));
        return workersOf(part).get(1);
      }, slowly)
      .not.toBe(killed);
    expect(statuses).toEqual(new Set([200]));
    await expect.poll(isReady(part), slowly).toBe(true);
  });

  test('are ready only together', async () => {
    // A worker that hangs can't answer the others.
    const hanging = workersOf(part).get(2) ?? expect.fail('no worker 2');
    process.kill(hanging, 'SIGSTOP');
    try {
      const askOnce = async () => {
        const response = await fetch(`${part.origin}/health/ready`, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(8000),
        });
        return { status: response.status, body: await response.json() };
      };
      // The worker that hangs may have an open connection, and be given one more. Those beside it are the other's.
      const ask = () => Promise.any([askOnce(), askOnce(), askOnce()]).catch(() => null);
      await expect
        .poll(ask, slowly)
        .toMatchObject({ status: 503, body: { conditions: { journal: true, workers: false } } });
    } finally {
      process.kill(hanging, 'SIGCONT');
    }
    await expect.poll(isReady(part), slowly).toBe(true);
  });

  test('end with 0 when the primary gets a signal, and not when a worker gets one', async () => {
    const workers = [...workersOf(part).values()];
    for (const pid of workers) {
      process.kill(pid, 'SIGTERM');
    }
    await setTimeout(300);
    expect(await statusOf(part.origin, 'live')).toBe(200);
    part.child.kill('SIGTERM');
    expect(await part.exit).toBe(0);
    expect(linesOf(part).filter(({ msg }) => msg === 'stopped')).toHaveLength(3);
  });
});

test('workers do not outlive a primary that is killed', async () => {
  await using part = await startService('patrons', env);
  await part.says(/patrons at/);
  const pids = [...workersOf(part).values()];
  part.child.kill('SIGKILL');
  await part.exit;
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(() => pids.filter(isAlive), slowly).toEqual([]);
});

test('workers that could not start end with 1, and say why', async () => {
  await using part = await startService('patrons', {
    ...env,
    JOURNAL_SECRET: 'another secret of thirty-two letters',
  });
  expect(await part.exit).toBe(1);
  expect(part.output.stderr).toContain('the database was encrypted with another secret');
});

test('more workers than connections to a legacy system are refused', async () => {
  await using part = await startService('patrons', { ...env, WORKERS: '4', CIRC_CONNECTIONS: '3' });
  expect(await part.exit).toBe(1);
  expect(part.output.stderr).toContain('WORKERS is 4, and a legacy system has 3 connections');
});

test('a gateway with two workers answers over a subgraph with two workers', async () => {
  await using parts = new AsyncDisposableStack();
  const circulation = parts.use(await startService('circulation', env));
  await circulation.says(/circulation at/);
  const nowhere = 'http://127.0.0.1:1';
  const urls = urlsOf({ patrons: nowhere, credentials: nowhere, circulation: circulation.origin });
  const gateway = parts.use(await startService('gateway', { ...env, ...urls }));
  await gateway.says(/GraphQL at/);
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const response = await fetch(`${gateway.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ query: '{ branches { code } }' }),
      });
      return `${response.status} ${await response.text()}`;
    }),
  );
  expect(new Set(answers)).toEqual(new Set(['200 {"data":{"branches":[]}}']));
});
