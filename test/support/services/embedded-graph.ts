import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { freePorts, type RunningProcess, run } from '../processes.ts';

/** `npm start` in a process of its own, on free ports. */
export interface EmbeddedGraph extends RunningProcess {
  readonly origin: string;
  readonly issuer: DevelopmentIssuer;
}

/** Starts `npm start`, with `env` added to its variables. Resolves when it listens. */
export async function startEmbeddedGraph(
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<EmbeddedGraph> {
  const process = run('embedded/main.ts', { ...freePorts, DATA_DIR: dataDir, ...env }, args);
  try {
    const [, origin = ''] = await process.says(/GraphQL\s+(http:\S+)\/graphql/);
    return { ...process, origin, issuer: await openDevelopmentIssuer(dataDir) };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}
