import { coreSubgraphs } from '../../../platform/systems.ts';
import { freePort, type RunningProcess, run } from '../processes.ts';

export type ServiceName = 'gateway' | (typeof coreSubgraphs)[number];

const files: Readonly<Record<ServiceName, string>> = {
  gateway: 'gateway/main.ts',
  patrons: 'subgraphs/patrons/main.ts',
  credentials: 'subgraphs/credentials/main.ts',
  circulation: 'subgraphs/circulation/main.ts',
};

/** A process of a gateway or a subgraph, as `npm run start:*` starts it. */
export interface RunningService extends RunningProcess {
  readonly name: ServiceName;
  readonly origin: string;
}

/**
 * Starts a gateway or a subgraph from the project, or from its copy in `cwd`. By default, the port is a free port. The
 * process may not listen yet.
 */
export async function startService(
  name: ServiceName,
  env: NodeJS.ProcessEnv,
  givenPort?: number,
  cwd?: string,
): Promise<RunningService> {
  const port = givenPort ?? (await freePort());
  const part = run(files[name], { ...env, PORT: String(port) }, [], cwd);
  return { ...part, name, origin: `http://127.0.0.1:${port}` };
}

/** The variables with the origins of a gateway's subgraphs. */
export const urlsOf = (origins: Readonly<Record<string, string>>): NodeJS.ProcessEnv =>
  Object.fromEntries(coreSubgraphs.map((name) => [`${name.toUpperCase()}_URL`, origins[name]]));

/** The status of a health route; null if there is no answer within ten seconds. */
export async function statusOf(origin: string, route: 'live' | 'ready'): Promise<number | null> {
  try {
    const response = await fetch(`${origin}/health/${route}`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
