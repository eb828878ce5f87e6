/**
 * `npm run measure:start` measures what a process takes until it serves: its CPU time, and then its memory. It starts the
 * gateway, each subgraph that lending needs, and everything in one process (`npm start` over real systems), one after the
 * other. Simulators in a process of their own and PostgreSQL take the places of the real systems. Nothing is compiled
 * before (no `NODE_COMPILE_CACHE`), as in the image.
 *
 * Environment:
 * - `ROUNDS` (10): starts of each process.
 * - `ONLY`: the names of processes, separated by commas. Default: all.
 * - `BEFORE`: the folder of another checkout. Both are started in turns, and the table has the differences.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type Checkout, checkouts, fileIn, isComparison } from '../../bench/measured/checkouts.ts';
import { addedCost, machineAndDay, medianOf, tableHead, tableRow } from '../../bench/measured/figures.ts';
import { ownPostgres, requireServer } from '../../support/postgres.ts';
import { serviceSecret, subgraphEnvOf } from '../../support/services/environment.ts';
import { writeIssuers } from '../../support/services/file-issuer.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSimulators } from '../../support/simulator-process.ts';

const rounds = Number(process.env.ROUNDS ?? 10);
const names = ['gateway', ...coreSubgraphs, 'one process'] as const;
type Name = (typeof names)[number];
const measured = names.filter((name) => process.env.ONLY?.split(',').includes(name) ?? true);

const cpuReport = new URL('../../bench/measured/cpu.ts', import.meta.url).href;
const mebibyte = 2 ** 20;

await using resources = new AsyncDisposableStack();
const postgres = resources.use(requireServer(await ownPostgres()));
const { legacy } = resources.use(await startSimulators());
const { path: folder } = resources.use(await openTemporaryFolder());
const env = { PORT: '0', LOG_LEVEL: 'silent', NODE_ENV: 'test', DATA_DIR: folder };

const nowhere = 'http://127.0.0.1:1';
const { issuersFile } = await writeIssuers(folder, {
  library: { clients: ['app'], audience: 'reader', patronId: true },
});
const gatewayEnv = { ISSUERS_FILE: issuersFile, SUBGRAPH_SECRET: serviceSecret };

/** Each checkout has a database with its own tables. */
const envOf = async (): Promise<Readonly<Record<Name, NodeJS.ProcessEnv>>> => {
  const subgraph = subgraphEnvOf(legacy, (await postgres.createDatabase()).url);
  const urls = Object.fromEntries(coreSubgraphs.map((name) => [`${name.toUpperCase()}_URL`, nowhere]));
  return {
    gateway: { ...gatewayEnv, ...urls },
    patrons: subgraph,
    credentials: subgraph,
    circulation: subgraph,
    'one process': { ...gatewayEnv, ...subgraph },
  };
};

const fileOf = (name: Name): string =>
  name === 'gateway'
    ? 'gateway/main.ts'
    : name === 'one process'
      ? 'embedded/main.ts'
      : `subgraphs/${name}/main.ts`;

interface Start {
  /** CPU time until the process says that it serves, in ms. */
  readonly cpuMs: number;
  /** What the process uses after a garbage collection then, in MiB. */
  readonly usedMib: number;
  /** What the system has given to the process then, in MiB. */
  readonly residentMib: number;
}

async function startOnce(checkout: Checkout, name: Name, own: NodeJS.ProcessEnv): Promise<Start> {
  const child = fork(fileIn(checkout, fileOf(name)), {
    cwd: checkout.folder,
    execArgv: ['--import', cpuReport],
    env: { PATH: process.env.PATH, ...env, ...own },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  try {
    const serves =
      child.stdout === null ? Promise.reject(new Error('no output')) : once(child.stdout, 'data');
    await Promise.race([
      serves,
      ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`))),
    ]);
    const cpuMs = (await askChild(child, 'cpu')) / 1000;
    const usedMib = (await askChild(child, 'memory')) / mebibyte;
    return { cpuMs, usedMib, residentMib: await residentMib(child.pid ?? 0) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function askChild(child: ChildProcess, what: 'cpu' | 'memory'): Promise<number> {
  child.send(what);
  const [answer] = (await once(child, 'message')) as [number];
  return answer;
}

/** Linux alone tells it here. NaN elsewhere. */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
print(`${machineAndDay()}\n`);
const environments = new Map<Checkout, Readonly<Record<Name, NodeJS.ProcessEnv>>>();
for (const checkout of checkouts) {
  environments.set(checkout, await envOf());
}
const starts = new Map<string, Start[]>();
const startsOf = (checkout: Checkout, name: Name): Start[] => {
  const key = `${checkout.name} ${name}`;
  const known = starts.get(key) ?? [];
  starts.set(key, known);
  return known;
};
// The first round only makes the tables, and reads the files from the disk.
for (let round = 0; round <= rounds; round += 1) {
  for (const name of measured) {
    for (const checkout of checkouts) {
      const own = environments.get(checkout)?.[name] ?? {};
      const start = await startOnce(checkout, name, own);
      if (round > 0) {
        startsOf(checkout, name).push(start);
      }
    }
  }
  process.stderr.write(`round ${round} of ${rounds}\n`);
}

const figures = { cpuMs: 'CPU, ms', usedMib: 'in use, MiB', residentMib: 'resident, MiB' } as const;
type Figure = keyof typeof figures;
const all = (checkout: Checkout, name: Name, figure: Figure) =>
  startsOf(checkout, name).map((start) => start[figure]);
for (const figure of Object.keys(figures) as Figure[]) {
  const columns = checkouts.map((checkout) => checkout.name);
  print(tableHead([figures[figure], ...columns, ...(isComparison ? ['difference'] : [])]));
  for (const name of measured) {
    const lists = checkouts.map((checkout) => all(checkout, name, figure));
    const [before = [], now = []] = lists;
    const difference = isComparison ? [addedCost(now, before)] : [];
    print(tableRow([name, ...lists.map((list) => medianOf(list)), ...difference]));
  }
  print('');
}
