import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface HaProxy extends AsyncDisposable {
  /** Reads the configuration again in a new process. The former one goes on with its connections. */
  reload(): void;
}

/** The program's path. Debian installs it in a folder that is not on every PATH. */
const binary = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, 'haproxy'))
    .find((path) => existsSync(path));

/** The reason why HAProxy can't run on this machine; null if it can. */
export const whyNoHaProxy = (): string | null => (binary() === undefined ? 'haproxy is not installed' : null);

/** Starts HAProxy with a configuration. Resolves once `url` answers. Rejects with what HAProxy says if it ends before. */
export async function startHaProxy(configuration: string, url: string): Promise<HaProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration);
  const child = spawn(binary() ?? 'haproxy', ['-W', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  const proxy: HaProxy = {
    reload: () => child.kill('SIGUSR2'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exit;
      rmSync(folder, { recursive: true });
    },
  };
  try {
    await untilAnswering(url, child);
    return proxy;
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  for (;;) {
    if (child.exitCode !== null) {
      throw new Error(`haproxy has ended:\n${said}`);
    }
    const isAnswering = await fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    );
    if (isAnswering) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
