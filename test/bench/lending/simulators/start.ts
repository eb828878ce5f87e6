import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SimulatorUrls } from './main.ts';

/**
 * Starts the legacy systems in a process of their own, which ends with `resources`. Each call takes `latencyMs`.
 * `seedFile` is a JSON file with the data at the start. The default is the seed of `bench:lending`.
 */
export async function startSimulatorProcess(
  resources: AsyncDisposableStack,
  latencyMs: string,
  seedFile: string | null = null,
): Promise<SimulatorUrls> {
  const child = fork(new URL('./main.ts', import.meta.url), seedFile === null ? [] : [seedFile], {
    env: { ...process.env, LATENCY_MS: latencyMs },
  });
  resources.defer(() => child.disconnect());
  const [urls] = (await once(child, 'message')) as [SimulatorUrls];
  return urls;
}
