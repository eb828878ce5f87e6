/**
 * Measures reloads of a supergraph with 100 subgraphs and 6,500 types under load: how long clients wait, and the CPU time
 * and the memory that they take.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { largeSupergraph } from '../../bench/planner/large-supergraph.ts';
import { freePort } from '../../support/processes.ts';
import { startSecondClient } from './second-client.ts';

/** The number of clients besides the second client. Each of them sends one request after the other. */
const clients = 4;
/** A clock tick of the CPU time in `/proc`, in ms. */
const tickMs = 10;

export interface Reload {
  /** The longest wait of the second client, and the longest wait of a client with a query to subgraphs, in ms. */
  readonly secondMs: number;
  readonly clientMs: number;
  /** The CPU time of the new worker until it listens, in ms. */
  readonly startMs: number;
  /** The memory of all processes together, in MB: before the reload, the maximum during it, and after it. */
  readonly megabytes: readonly [before: number, during: number, after: number];
}

export interface Reloads {
  /** The worker's CPU time until it listens for the first time, in ms. */
  readonly startMs: number;
  /** The longest waits in five seconds without a reload. */
  readonly calm: Pick<Reload, 'secondMs' | 'clientMs'>;
  readonly reloads: readonly Reload[];
  readonly answered: number;
  readonly failures: ReadonlySet<string>;
}

export async function measureReloads(count: number, report: (reload: Reload) => void): Promise<Reloads> {
  await using resources = new AsyncDisposableStack();
  const subgraph = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer));
  }).listen(0, '127.0.0.1');
  await once(subgraph, 'listening');
  resources.defer(() => void subgraph.close().closeAllConnections());
  const { port: subgraphPort } = subgraph.address() as AddressInfo;
  const directory = await mkdtemp(join(tmpdir(), 'patron-graph-reload-'));
  resources.defer(() => rm(directory, { recursive: true }));
  const file = join(directory, 'supergraph.graphql');
  const sdl = largeSupergraph({
    entities: 6_500,
    fieldsPerEntity: 5,
    url: () => `http://127.0.0.1:${subgraphPort}`,
  });
  const write = async (version: number) => {
    await writeFile(`${file}.next`, `# ${version}\n${sdl}`);
    await rename(`${file}.next`, file);
  };
  await write(0);
  const gateway = resources.use(await startGateway(file));
  const load = resources.use(startLoad(gateway.url));
  const second = resources.use(startSecondClient(gateway.url));
  // V8 compiles what a query needs.
  await sleep(5_000);
  second.reset();
  load.worstMs = 0;
  await sleep(5_000);
  const calm = { secondMs: await second.worstMs(), clientMs: load.worstMs };
  const reloads: Reload[] = [];
  for (let version = 1; version <= count; version += 1) {
    const before = await gateway.megabytes();
    let during = before;
    second.reset();
    load.worstMs = 0;
    await write(version);
    while (gateway.takeovers() < version) {
      during = Math.max(during, await gateway.megabytes());
      await sleep(20);
    }
    await sleep(1_000);
    const reload = {
      secondMs: await second.worstMs(),
      clientMs: load.worstMs,
      startMs: gateway.startsMs.at(-1) ?? 0,
      megabytes: [before, during, await gateway.megabytes()] as const,
    };
    reloads.push(reload);
    report(reload);
  }
  return {
    startMs: gateway.startsMs[0] ?? 0,
    calm,
    reloads,
    answered: load.answered,
    failures: load.failures,
  };
}

/** What each subgraph answers: its fields of the first root field's entity. */
const entity = '"__typename":"E0","id":"1","value1":"a","value2":2,"value4":"b"';
const answer = `{"data":{"root0":{${entity}},"_entities":[{${entity}}]}}`;
const query = JSON.stringify({ query: 'query Load { root0 { id value1 value2 value4 } }' });

interface Gateway extends AsyncDisposable {
  readonly url: URL;
  /** The CPU times of all workers until they listened, in ms. */
  readonly startsMs: readonly number[];
  takeovers(): number;
  megabytes(): Promise<number>;
}

/** Starts the gateway without a compile cache, as in production. */
async function startGateway(file: string): Promise<Gateway> {
  const port = await freePort();
  const main = new URL('../../../gateway/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--supergraph', file, '--port', `${port}`], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pids: number[] = [];
  const startsMs: number[] = [];
  let takeovers = 0;
  let rest = '';
  child.stderr.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.includes('"msg"'))) {
      const { msg, pid } = JSON.parse(line) as { readonly msg: string; readonly pid: number };
      takeovers += msg.includes('took over') ? 1 : 0;
      if (msg === 'starting') {
        pids.push(pid);
      } else if (msg.startsWith('Server listening')) {
        void cpuMsOf(pid).then((ms) => startsMs.push(ms));
      }
    }
  });
  await once(child.stdout, 'data');
  return {
    url: new URL(`http://127.0.0.1:${port}/graphql`),
    startsMs,
    takeovers: () => takeovers,
    megabytes: async () => {
      const all = await Promise.all(pids.map(megabytesOf));
      return all.reduce((sum, each) => sum + each, 0);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** The CPU time of a process so far (user and system), in ms. */
async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program is in brackets, and may have spaces. User and system time are 12 and 13 fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** The memory of a process. 0 if it has ended. */
async function megabytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

interface Load extends AsyncDisposable {
  worstMs: number;
  readonly answered: number;
  /** The failures and the wrong answers. */
  readonly failures: ReadonlySet<string>;
}

function startLoad(url: URL): Load {
  const pool = new Pool(url.origin, { connections: clients });
  const failures = new Set<string>();
  const load = { worstMs: 0, answered: 0, failures };
  let isRunning = true;
  const askOnAndOn = async () => {
    while (isRunning) {
      const began = performance.now();
      try {
        const headers = { 'content-type': 'application/json' };
        const answered = await pool.request({ method: 'POST', path: url.pathname, headers, body: query });
        const text = await answered.body.text();
        if (answered.statusCode !== 200 || text.includes('"errors"')) {
          failures.add(`${answered.statusCode} ${text.slice(0, 300)}`);
        }
      } catch (error) {
        failures.add(String(error));
      }
      load.answered += 1;
      load.worstMs = Math.max(load.worstMs, performance.now() - began);
      await sleep(5);
    }
  };
  const lanes = Array.from({ length: clients }, askOnAndOn);
  return Object.assign(load, {
    async [Symbol.asyncDispose]() {
      isRunning = false;
      await Promise.all(lanes);
      await pool.destroy();
    },
  });
}
