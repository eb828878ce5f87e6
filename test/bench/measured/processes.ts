import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { Pool } from 'undici';
import { freePort } from '../../support/processes.ts';

const host = '127.0.0.1';
const cpuReport = new URL('./cpu.ts', import.meta.url).href;
/** The longest time until a process listens, in ms. */
const startTimeoutMs = 300_000;

/** A measured server, in a process of its own. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly name: string;
  /** The server's origin. */
  readonly url: string;
  /** The process's CPU time so far (user and system), in µs. */
  cpu(): Promise<number>;
  /**
   * The CPU time of the longest turn of the process's event loop since the last call, in ms. The first call begins to
   * measure.
   */
  longestTurn(): Promise<number>;
  /** The memory that the process uses after a garbage collection, in bytes. */
  memory(): Promise<number>;
}

/** A measured GraphQL server. */
export interface Measured extends MeasuredProcess {
  /** Sends a request, and resolves to the decoded body of the answer. Rejects if the status is not 200. */
  ask(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<string>;
}

/**
 * Starts `file` as a process that listens on a free port, as {@link startMeasured} does. Resolves when `greet`, which gets
 * the server's origin, resolves. It is called again while it rejects.
 */
export async function startProcess(
  name: string,
  file: string | URL,
  args: (port: number) => readonly string[],
  env: (port: number) => NodeJS.ProcessEnv,
  log: string | null,
  greet: (url: string) => Promise<unknown>,
): Promise<MeasuredProcess> {
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const output = log === null ? 'inherit' : openSync(log, 'a');
  const child = fork(file, args(port), {
    execArgv: ['--import', cpuReport],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: log === null ? 'error' : 'info',
      ...env(port),
    },
    stdio: ['ignore', 'ignore', output, 'ipc'],
  });
  if (output !== 'inherit') {
    closeSync(output);
  }
  await Promise.race([answering(() => greet(url)), died(child, name)]);
  const asked = async (what: 'cpu' | 'longestTurn' | 'memory'): Promise<number> => {
    child.send(what);
    const [used] = (await once(child, 'message')) as [number];
    return used;
  };
  return {
    name,
    url,
    cpu: () => asked('cpu'),
    longestTurn: () => asked('longestTurn'),
    memory: () => asked('memory'),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      // SIGKILL is needed, because some servers wait until all connections end.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Starts `file` as a process that listens on a free port. `args` and `env` take the port, and return the process's
 * arguments and its additional environment variables. `log` is the file that gets everything that the process writes,
 * with its log at the level of production. By default it writes only its errors, to ours. Resolves when the server
 * answers.
 */
export async function startMeasured(
  name: string,
  file: string | URL,
  args: (port: number) => readonly string[],
  env: (port: number) => NodeJS.ProcessEnv = () => ({}),
  log: string | null = null,
): Promise<Measured> {
  let pool: Pool | null = null;
  const askAt = async (
    url: string,
    ...[query, variables, headers]: Parameters<Measured['ask']>
  ): Promise<string> => {
    pool ??= new Pool(url, { connections: 64 });
    const {
      statusCode,
      headers: answered,
      body,
    } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const isCompressed = answered['content-encoding'] === 'zstd';
    const text = isCompressed ? String(zstdDecompressSync(await body.bytes())) : await body.text();
    if (statusCode !== 200) {
      throw new Error(`${name} answered ${statusCode}: ${text.slice(0, 500)}`);
    }
    return text;
  };
  const started = await startProcess(name, file, args, env, log, (url) => askAt(url, '{ __typename }'));
  return {
    ...started,
    ask: (...asked) => askAt(started.url, ...asked),
    async [Symbol.asyncDispose]() {
      await Promise.all([started[Symbol.asyncDispose](), pool?.destroy()]);
    },
  };
}

/** Never resolves. Rejects when the process ends. */
export async function died(child: ChildProcess, name: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`${name} ended with ${code}`);
}

async function answering(greet: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      await greet();
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw error;
      }
      await setTimeout(100);
    }
  }
}
