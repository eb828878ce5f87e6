import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { died } from '../measured/processes.ts';
import { composeGraph } from './compose.ts';
import { graph } from './graph.ts';

/** The subgraphs of the measured graph, each in a process of its own. */
export interface RunningSubgraphs {
  /** The subgraphs' URLs, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The path of the file with the supergraph. */
  readonly supergraph: string;
  /** A temporary folder, for logs. */
  readonly folder: string;
}

/** Starts the subgraphs. Disposing of `resources` ends them. */
export async function startSubgraphs(resources: AsyncDisposableStack): Promise<RunningSubgraphs> {
  const urls: Record<string, string> = {};
  for (const name of Object.keys(graph)) {
    const child = fork(new URL('./subgraph.ts', import.meta.url), [name]);
    resources.defer(() => void child.kill());
    const [port] = (await Promise.race([once(child, 'message'), died(child, name)])) as [number];
    urls[name] = `http://127.0.0.1:${port}`;
  }
  const folder = resources.use(await openTemporaryFolder());
  const supergraph = join(folder.path, 'supergraph.graphql');
  await writeFile(supergraph, composeGraph(urls));
  return { urls, supergraph, folder: folder.path };
}
