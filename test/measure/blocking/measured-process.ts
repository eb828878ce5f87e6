import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The longest turn of an event loop, as CPU time of its thread and as time on the clock. */
export interface Block {
  readonly cpuMs: number;
  readonly clockMs: number;
}

/** A process whose event loop is measured. Disposing kills it. */
export interface MeasuredProcess extends AsyncDisposable {
  /** The URL of the process's GraphQL endpoint. */
  readonly url: URL;
  /** Starts a new measurement. */
  reset(): Promise<void>;
  /** The longest turn since the last `reset`. */
  worst(): Promise<Block>;
}

const probe = new URL('./probe.ts', import.meta.url).href;

/** Starts a file of the project. Resolves when it prints the URL of its GraphQL endpoint. */
export async function startMeasured(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<MeasuredProcess> {
  const child = fork(new URL(`../../../${file}`, import.meta.url), args, {
    execArgv: ['--import', probe],
    env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code}`);
  });
  ended.catch(() => undefined);
  let said = '';
  const listening = async (): Promise<URL> => {
    for await (const chunk of child.stdout ?? []) {
      said += String(chunk);
      const found = /http:\/\/127\.0\.0\.1:\d+\/graphql/.exec(said);
      if (found !== null) {
        return new URL(found[0]);
      }
    }
    throw new Error(`${file} said nothing of where it serves: ${said}`);
  };
  const url = await Promise.race([listening(), ended]);
  const tell = async (message: 'reset' | 'worst'): Promise<Block> => {
    child.send(message);
    const [block] = (await Promise.race([once(child, 'message'), ended])) as [Block];
    return block;
  };
  return {
    url,
    reset: async () => {
      await tell('reset');
    },
    worst: () => tell('worst'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
