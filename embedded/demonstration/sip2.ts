import { createHttpGraphClient } from '../../edge/graph/client.ts';
import { observedGraph } from '../../edge/graph/observed.ts';
import type { EmbeddedSip2Config } from '../../edge/sip2/config.ts';
import type { ConnectionLog } from '../../edge/sip2/log.ts';
import type { Sip2Observer } from '../../edge/sip2/observer.ts';
import { type Sip2Server, startSip2Server } from '../../edge/sip2/server.ts';
import { keepTerminals } from '../../edge/sip2/terminals/kept-terminals.ts';
import { parseTerminals } from '../../edge/sip2/terminals/terminals.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import { unchanging } from '../../platform/lifecycle/kept-file.ts';
import { developmentTokens } from './development-tokens.ts';

/** The terminals of the demonstration. Their passwords are not secret, so they are accepted only on this machine. */
const demonstrationTerminals = {
  institution: 'DEMO',
  libraryName: 'Demonstration Library',
  terminals: [
    {
      name: 'demonstration-station',
      profile: 'station',
      login: { user: 'station', password: 'demonstration' },
      addresses: ['127.0.0.1', '::1'],
      branch: 'HKCL',
      takesPayments: true,
      timeoutSeconds: 30,
    },
    {
      name: 'demonstration-ebooks',
      profile: 'e-book',
      login: { user: 'ebooks', password: 'demonstration' },
      addresses: ['127.0.0.1', '::1'],
      pseudonymField: 'XP',
    },
  ],
} as const;

/** Starts SIP2 for the gateway at `address`, with tokens of the development issuer. */
export async function startEmbeddedSip2(
  { host, port, terminalsFile }: EmbeddedSip2Config,
  { dataDir }: Pick<GatewayConfig, 'dataDir'>,
  address: string,
  log: ConnectionLog,
  observer: Sip2Observer,
): Promise<Sip2Server> {
  await using resources = new AsyncDisposableStack();
  const terminals =
    terminalsFile === null
      ? unchanging(await parseTerminals(demonstrationTerminals, '.'))
      : resources.use(await keepTerminals(terminalsFile, log));
  const graph = resources.use(createHttpGraphClient(new URL('/graphql', address), null));
  const server = resources.use(
    await startSip2Server({
      host,
      port,
      tls: null,
      terminals,
      trustedProxies: null,
      graph: observedGraph(graph, observer),
      observer,
      tokenFor: await developmentTokens(dataDir),
      log,
    }),
  );
  const running = resources.move();
  return { ...server, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
