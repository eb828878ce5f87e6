import { type RunningProcess, run } from '../../../support/processes.ts';
import { startHttpBalancer } from '../../../support/servers/http-balancer.ts';

/** A service behind a balancer. Its processes are replaced one by one, while requests continue. */
export interface RollingService extends AsyncDisposable {
  /** The balancer's origin, which stays the same when processes are replaced. */
  readonly origin: string;
  /**
   * Replaces each process: starts the new one, sends requests to it, and stops the old one. Rejects if a new process
   * doesn't start, or if an old one doesn't exit with 0.
   */
  replaceAll(env: NodeJS.ProcessEnv): Promise<void>;
}

interface Replica {
  readonly process: RunningProcess;
  readonly origin: string;
}

/**
 * Starts `count` processes that run the file.
 * @param own resolves to further variables of one process, such as a folder of its own
 */
export async function startRollingService(
  file: string,
  env: NodeJS.ProcessEnv,
  count: number,
  own: () => Promise<NodeJS.ProcessEnv> = async () => ({}),
): Promise<RollingService> {
  await using starting = new AsyncDisposableStack();
  let resources = starting;
  const start = async (environment: NodeJS.ProcessEnv): Promise<Replica> => {
    const process = resources.use(run(file, { ...environment, ...(await own()), PORT: '0' }));
    const [, origin = ''] = await process.says(/(http:\S+)\/graphql/);
    return { process, origin };
  };
  const replicas = await Promise.all(Array.from({ length: count }, () => start(env)));
  const { origin } = resources.use(await startHttpBalancer(() => replicas.map((replica) => replica.origin)));
  resources = starting.move();
  return {
    origin,
    async replaceAll(environment) {
      const formers = [...replicas];
      for (const [index, { process }] of formers.entries()) {
        replicas[index] = await start(environment);
        process.child.kill('SIGTERM');
      }
      for (const { process } of formers) {
        const code = await process.exit;
        if (code !== 0) {
          throw new Error(`${file} ended with ${code}:\n${process.output.stderr}`);
        }
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
