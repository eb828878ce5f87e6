import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Pool } from 'undici';

const host = '127.0.0.1';
const cpuReport = new URL('./cpu.ts', import.meta.url).href;
/** How long a process may take until it listens, in ms. */
const startTimeoutMs = 60_000;

/** A child process that reports the port on which it listens. */
export async function startTelling(
  file: string,
  ...args: string[]
): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(new URL(file, import.meta.url), args);
  const [port] = (await Promise.race([once(child, 'message'), died(child, file)])) as [number];
  return { url: `http://${host}:${port}`, child };
}

/** A measured GraphQL server in a process of its own. */
export interface Measured extends AsyncDisposable {
  readonly name: string;
  /** Sends a request and resolves to the body. Rejects where the status is not 200. */
  ask(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** CPU time that the process has used, user and system, in µs. */
  cpu(): Promise<number>;
}

/**
 * Starts `file` with the arguments, and the variables beside its own, that `args` and `env` make from a free port; resolves once
 * it answers.
 */
export async function startMeasured(
  name: string,
  file: string | URL,
  args: (port: number) => readonly string[],
  env: (port: number) => NodeJS.ProcessEnv = () => ({}),
): Promise<Measured> {
  const port = await freePort();
  const child = fork(file, args(port), {
    execArgv: ['--import', cpuReport],
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'error', ...env(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const pool = new Pool(`http://${host}:${port}`, { connections: 64 });
  const ask: Measured['ask'] = async (query, variables, headers) => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const text = await body.text();
    if (statusCode !== 200) {
      throw new Error(`${name} answered ${statusCode}: ${text.slice(0, 500)}`);
    }
    return text;
  };
  await Promise.race([answering(ask), died(child, name)]);
  return {
    name,
    ask,
    async cpu() {
      child.send('cpu');
      const [used] = (await once(child, 'message')) as [number];
      return used;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      // SIGKILL: some servers wait for connections to end.
      child.kill('SIGKILL');
      await Promise.all([ended, pool.destroy()]);
    },
  };
}

/** Never resolves; rejects where the process ends too early. */
async function died(child: ChildProcess, name: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`${name} ended with ${code}`);
}

async function answering(ask: (query: string) => Promise<string>): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      await ask('{ __typename }');
      return;
    } catch (error) {
      // It may not listen yet.
      if (performance.now() > deadline) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('a TCP server has no port');
  }
  return address.port;
}
