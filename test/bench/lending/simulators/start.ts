import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SimulatorUrls } from './main.ts';

/**
 * Starts the legacy systems in a process of their own, which ends with `resources`. `env` is added to its variables:
 * `LATENCY_MS` is the time of a call. `seedFile` is a JSON file with the data at the start. The default is the seed of
 * `bench:lending`.
 */
export async function startSimulatorProcess(
  resources: AsyncDisposableStack,
  env: NodeJS.ProcessEnv,
  seedFile: string | null = null,
): Promise<SimulatorUrls> {
  const child = fork(new URL('./main.ts', import.meta.url), seedFile === null ? [] : [seedFile], {
    env: { ...process.env, ...env },
  });
  resources.defer(() => child.disconnect());
  const [urls] = (await once(child, 'message')) as [SimulatorUrls];
  return urls;
}
