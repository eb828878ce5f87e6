import { blockListOf } from '../../platform/lifecycle/network.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import type { TlsLog } from '../../platform/tls/files.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { createHttpGraphClient } from '../graph/client.ts';
import { observedGraph } from '../graph/observed.ts';
import { openTokens } from '../graph/tokens.ts';
import type { Sip2Config } from './config.ts';
import type { ConnectionLog } from './log.ts';
import type { Sip2Observer } from './observer.ts';
import { type Sip2Server, startSip2Server } from './server.ts';
import { keepTerminals } from './terminals/kept-terminals.ts';

/**
 * Starts the server from its configuration. Resolves when it listens.
 * @throws Error whose message is for the person who started the process
 */
export async function startSip2(
  config: Sip2Config,
  log: ConnectionLog & TlsLog,
  observer: Sip2Observer = {},
): Promise<Sip2Server> {
  await using resources = new AsyncDisposableStack();
  const terminals = resources.use(await keepTerminals(config.terminalsFile, log));
  const needsCertificate = terminals.current.terminals.find(({ certificate }) => certificate !== null);
  if (needsCertificate !== undefined && (config.tls === null || config.tls.ca === null)) {
    throw new Error(
      `SIP2_TERMINALS_FILE: ${needsCertificate.name} has a certificate, and nobody checks it: set TLS_CLIENT_CA_FILE.`,
    );
  }
  const tokenFor = await openTokens(config.tokens, 'SIP2_TOKEN_KEY_FILE');
  const graph = resources.use(createHttpGraphClient(config.graphUrl, openClientTls(config.graphTls, log)));
  const server = resources.use(
    await startSip2Server({
      host: config.host,
      port: config.port,
      tls: openServerTls(config.tls, log),
      terminals,
      trustedProxies: config.trustedProxies === null ? null : blockListOf(config.trustedProxies),
      graph: observedGraph(graph, observer),
      tokenFor,
      log,
      observer,
    }),
  );
  const running = resources.move();
  return { ...server, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
