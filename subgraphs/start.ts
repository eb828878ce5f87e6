import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { type LegacyConfig, readLegacyConfig, readSubgraphConfig } from './config.ts';
import { createSubgraphServer } from './http.ts';
import { type SubgraphDefinition, startSubgraph } from './serve.ts';

/** A legacy system behind a subgraph: what it is called, and whether it answers. */
interface Source {
  ping(signal: AbortSignal): Promise<void>;
}

/** How one subgraph runs in a process of its own. */
export interface StandaloneSubgraph<Port extends Source & AsyncDisposable, Context extends object> {
  readonly defaultPort: number;
  /** The legacy system's name, as `/health/ready` tells it. */
  readonly system: string;
  /** Opens the adapter. Throws where the environment doesn't say where the system is. */
  open(config: LegacyConfig): Promise<Port>;
  define(port: Port): SubgraphDefinition<Context>;
}

/** Runs until a signal ends it; on SIGTERM it drains and ends with 0 within five seconds. */
export async function runStandalone<Port extends Source & AsyncDisposable, Context extends object>(
  subgraph: StandaloneSubgraph<Port, Context>,
): Promise<void> {
  try {
    const config = readSubgraphConfig(process.env, subgraph.defaultPort);
    const log = pino({ level: config.logLevel }, pino.destination(2));
    await using resources = new AsyncDisposableStack();
    const port = resources.use(await subgraph.open(readLegacyConfig(process.env)));
    const running = resources.use(await startSubgraph(subgraph.define(port), log));
    const app = createSubgraphServer(running, {
      secret: config.secret,
      log,
      system: { name: subgraph.system, ping: (signal) => port.ping(signal) },
    });
    resources.defer(() => app.close());
    const address = await app.listen({ host: config.host, port: config.port });
    const open = resources.move();
    closeWithGrace({ delay: 4500, logger: log }, () => open.disposeAsync());
    process.stdout.write(`${running.name} at ${address}/graphql\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
