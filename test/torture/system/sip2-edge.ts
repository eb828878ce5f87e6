import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { run } from '../../support/processes.ts';
import { startBalancer } from '../../support/services/balancer.ts';
import { startService, statusOf, urlsOf } from '../../support/services/running-service.ts';
import { connectAs, type TestTerminal } from '../../support/sip2/terminal.ts';
import type { Replica } from './replica.ts';

/** A SIP2 server and a gateway over the replicas, as in a library: each in a process of its own. */
export interface Sip2Edge extends AsyncDisposable {
  /** Connects a terminal by its number, from 0. Rejects if the server can't be reached. */
  connect(terminal: number): Promise<TestTerminal>;
}

const password = 'of the torture';

/**
 * Starts the other subgraphs, the gateway and the SIP2 server. A balancer sends the gateway's calls to replicas that are
 * ready. `environment` is for subgraphs.
 */
export async function startSip2Edge(
  replicas: readonly Replica[],
  environment: Readonly<Record<string, string>>,
  terminalCount: number,
): Promise<Sip2Edge> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'torture-edge-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const balancer = resources.use(await startBalancer());
  for (const { origin } of replicas) {
    balancer.add(origin);
  }
  const shared = { ...environment, DATA_DIR: folder, ALLOW_DEVELOPMENT_ISSUER: '1', RATES: 'off' };
  const start = async (name: 'patrons' | 'credentials'): Promise<string> => {
    const service = resources.use(await startService(name, shared));
    await service.says(/at http/);
    return service.origin;
  };
  const [patrons, credentials] = await Promise.all([start('patrons'), start('credentials')]);
  const urls = urlsOf({ patrons, credentials, circulation: balancer.origin });
  const gateway = resources.use(await startService('gateway', { ...shared, ...urls }));
  while ((await statusOf(gateway.origin, 'ready')) !== 200) {
    if (gateway.child.exitCode !== null) {
      throw new Error(`the gateway ended: ${gateway.output.stderr}`);
    }
    await sleep(100);
  }
  await openDevelopmentIssuer(folder);
  const terminalsFile = join(folder, 'terminals.json');
  const terminals = Array.from({ length: terminalCount }, (_, number) => ({
    name: `terminal-${number}`,
    profile: 'station',
    login: { user: `terminal-${number}`, password },
  }));
  await writeFile(
    terminalsFile,
    JSON.stringify({ institution: 'DEMO', libraryName: 'Torture Library', terminals }),
  );
  const server = resources.use(
    run('edge/sip2/main.ts', {
      GRAPH_URL: `${gateway.origin}/graphql`,
      PORT: '0',
      SIP2_TERMINALS_FILE: terminalsFile,
      SIP2_TOKEN_KEY_FILE: join(folder, 'development-issuer.jwk.json'),
      SIP2_TOKEN_ISSUER: 'patron-graph-development',
    }),
  );
  const [, port] = await server.says(/SIP2 at 127\.0\.0\.1:(\d+)/);
  const open = resources.move();
  return {
    connect: (terminal) => connectAs(`terminal-${terminal}`, password, { port: Number(port) }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
