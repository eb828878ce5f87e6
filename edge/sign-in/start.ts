import { blockListOf } from '../../platform/lifecycle/network.ts';
import { choosePort } from '../../platform/ports/choose-port.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { createHttpGraphClient } from '../graph/client.ts';
import { observedGraph } from '../graph/observed.ts';
import { createGraphPing } from '../graph/ping.ts';
import { tokenAudience } from '../graph/tokens.ts';
import type { EdgeLog } from '../server/create-server.ts';
import { openState } from '../server/open-state.ts';
import { readTheme } from '../theme/theme.ts';
import { keepClients } from './clients/read-clients.ts';
import type { SignInConfig } from './config.ts';
import { createReaderGraph } from './graph.ts';
import type { SignInObserver } from './observer.ts';
import { ownTokens } from './own-tokens.ts';
import { type SignInServer, startSignInServer } from './server.ts';

/**
 * Starts the server from its configuration. Resolves when it listens.
 * @throws Error whose message is for the person who started the process
 */
export async function startSignIn(
  config: SignInConfig,
  log: EdgeLog,
  observer: SignInObserver = {},
): Promise<SignInServer & { readonly issuer: URL }> {
  await using resources = new AsyncDisposableStack();
  const clients = resources.use(await keepClients(config.clientsFile, log));
  const theme = await readTheme(config.themeFile);
  const port = await choosePort(config);
  const issuer = config.url ?? localIssuer(config.host, port);
  const graphTls = openClientTls(config.graphTls, log);
  const graph = resources.use(createHttpGraphClient(config.graphUrl, graphTls));
  const server = resources.use(
    await startSignInServer({
      host: config.host,
      port,
      issuer,
      clients,
      theme,
      graphPing: resources.use(createGraphPing(config.graphUrl, graphTls)),
      log,
      state: await openState('sign-in', config.secrets, config, log),
      graphWith: (keys) =>
        createReaderGraph({
          graph: observedGraph(graph, observer),
          token: ownTokens(keys, issuer, tokenAudience),
        }),
      staff: null,
      graphAudience: tokenAudience,
      libraryAddresses: config.libraryAddresses === null ? null : blockListOf(config.libraryAddresses),
      trustedProxies: config.trustedProxies,
      tls: openServerTls(config.tls, log),
      observer,
    }),
  );
  const running = resources.move();
  return { ...server, issuer, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export const localIssuer = (host: string, port: number): URL => new URL(`http://${host}:${port}/sign-in`);
