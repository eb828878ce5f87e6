/** `WORKERS`: a gateway and a subgraph run in several processes each. A primary process supervises them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { findPostgres, requireServer } from '../../support/postgres.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import {
  type RunningService,
  startService,
  statusOf,
  urlsOf,
} from '../../support/services/running-service.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const resources = new AsyncDisposableStack();
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  const postgres = resources.use(requireServer(await findPostgres()));
  const database = await postgres.createDatabase();
  const legacy = resources.use(await startSimulators());
  const { path: dataDir } = resources.use(await openTemporaryFolder());
  env = {
    ...subgraphEnvOf(legacy, database.url),
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    WORKERS: '2',
  };
}, 60_000);
afterAll(() => resources.disposeAsync());

/** A start takes seconds on a busy machine. */
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

/** The process ids of a service's workers, by their number. Each worker logs both when it starts. */
const workersOf = (service: RunningService): ReadonlyMap<number, number> =>
  new Map(
    linesOf(service)
      .filter(({ msg, worker }) => msg === 'starting' && worker !== undefined)
      .map(({ worker = 0, pid }) => [worker, pid]),
  );

const isReady = (service: RunningService) => async () => (await statusOf(service.origin, 'ready')) === 200;

describe('two workers', () => {
  const service = openedForTests(async () => {
    const started = await startService('patrons', env);
    await started.says(/patrons at http\S+\n/);
    await vi.waitUntil(isReady(started), slowly);
    return started;
  }, 120_000);

  test('announce once that they serve, and log with their numbers', () => {
    expect(service.output.stdout.match(/patrons at/g)).toHaveLength(1);
    expect([...workersOf(service).keys()].sort()).toEqual([1, 2]);
    const [primary] = linesOf(service).filter(({ worker }) => worker === undefined);
    expect(primary).toMatchObject({ msg: 'starting', pid: service.child.pid });
  });

  test('add up their metrics', async () => {
    const requests = 20;
    for (let count = 0; count < requests; count += 1) {
      await fetch(`${service.origin}/graphql`, { headers: { connection: 'close' } });
    }
    const text = await fetch(`${service.origin}/metrics`).then((response) => response.text());
    const counts = [...text.matchAll(/^http_server_request_duration_seconds_count\{.*404.*\} (\d+)$/gm)];
    expect(counts.map(([, count]) => Number(count))).toEqual([requests]);
  });

  test('are restarted when one is killed, while the other serves', async () => {
    const killed = workersOf(service).get(1) ?? expect.fail('no worker 1');
    process.kill(killed, 'SIGKILL');
    const messages = () => linesOf(service).map(({ msg }) => msg);
    await expect.poll(messages, slowly).toContain('a worker has ended, and is started again');
    const statuses = new Set<number | null>();
    await expect
      .poll(async () => {
        statuses.add(await statusOf(service.origin, 'live'));
        return workersOf(service).get(1);
      }, slowly)
      .not.toBe(killed);
    expect(statuses).toEqual(new Set([200]));
    await expect.poll(isReady(service), slowly).toBe(true);
  });

  test('are restarted when one is killed that hung while connections were handed to it', async () => {
    const hanging = workersOf(service).get(1) ?? expect.fail('no worker 1');
    const restarts = () =>
      linesOf(service).filter(({ msg }) => msg === 'a worker has ended, and is started again').length;
    const before = restarts();
    process.kill(hanging, 'SIGSTOP');
    // The primary hands connections to its workers in turn, and each must confirm one.
    const { hostname, port } = new URL(service.origin);
    const sockets = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const socket = connect(Number(port), hostname);
        await once(socket, 'connect');
        return socket;
      }),
    );
    await setTimeout(200);
    process.kill(hanging, 'SIGKILL');
    await expect.poll(restarts, slowly).toBe(before + 1);
    for (const socket of sockets) {
      socket.destroy();
    }
    await expect.poll(isReady(service), slowly).toBe(true);
  });

  test('are ready only when both are', async () => {
    // A hanging worker can't answer the other worker, so the other worker is not ready either.
    const hanging = workersOf(service).get(2) ?? expect.fail('no worker 2');
    process.kill(hanging, 'SIGSTOP');
    try {
      const askOnce = async () => {
        const response = await fetch(`${service.origin}/health/ready`, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(8000),
        });
        return { status: response.status, body: await response.json() };
      };
      // The hanging worker may have one open connection and accept one more. Of three connections at least one reaches
      // the other worker.
      const ask = () => Promise.any([askOnce(), askOnce(), askOnce()]).catch(() => null);
      await expect
        .poll(ask, slowly)
        .toMatchObject({ status: 503, body: { conditions: { journal: true, workers: false } } });
    } finally {
      process.kill(hanging, 'SIGCONT');
    }
    await expect.poll(isReady(service), slowly).toBe(true);
  });

  test('end with 0 when the primary gets a signal, but not when a worker gets one', async () => {
    const workers = [...workersOf(service).values()];
    for (const pid of workers) {
      process.kill(pid, 'SIGTERM');
    }
    await setTimeout(300);
    expect(await statusOf(service.origin, 'live')).toBe(200);
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    expect(linesOf(service).filter(({ msg }) => msg === 'stopped')).toHaveLength(3);
  });
});

test('workers don’t outlive a killed primary', async () => {
  await using service = await startService('patrons', env);
  await service.says(/patrons at/);
  const pids = [...workersOf(service).values()];
  service.child.kill('SIGKILL');
  await service.exit;
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(() => pids.filter(isAlive), slowly).toEqual([]);
});

test('workers that can’t start end with 1, and say why', async () => {
  await using service = await startService('patrons', {
    ...env,
    JOURNAL_SECRET: 'another secret of thirty-two letters',
  });
  expect(await service.exit).toBe(1);
  expect(service.output.stderr).toContain('the database was encrypted with another secret');
});

test('more workers than connections to a legacy system are refused', async () => {
  await using service = await startService('patrons', { ...env, WORKERS: '4', CIRC_CONNECTIONS: '3' });
  expect(await service.exit).toBe(1);
  expect(service.output.stderr).toContain('WORKERS is 4, and a legacy system has 3 connections');
});

test('a gateway with two workers answers over a subgraph with two workers', async () => {
  await using services = new AsyncDisposableStack();
  const circulation = services.use(await startService('circulation', env));
  await circulation.says(/circulation at/);
  const nowhere = 'http://127.0.0.1:1';
  const urls = urlsOf({ patrons: nowhere, credentials: nowhere, circulation: circulation.origin });
  const gateway = services.use(await startService('gateway', { ...env, ...urls }));
  await gateway.says(/GraphQL at/);
  const answers = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const options = { headers: { connection: 'close' } };
      const response = await postJson(
        `${gateway.origin}/graphql`,
        { query: '{ branches { code } }' },
        options,
      );
      return `${response.status} ${await response.text()}`;
    }),
  );
  expect(new Set(answers)).toEqual(new Set(['200 {"data":{"branches":[]}}']));
});
