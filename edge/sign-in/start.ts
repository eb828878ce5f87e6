import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { SignInState } from '../../adapters/shared-state/port.ts';
import { openPostgresSignIn } from '../../adapters/shared-state/postgres/sign-in.ts';
import { openSqliteSignIn } from '../../adapters/shared-state/sqlite/sign-in.ts';
import { openClientTls } from '../../adapters/tls/client.ts';
import { openServerTls } from '../../adapters/tls/server.ts';
import { createHttpGraphClient } from '../graph/client.ts';
import { rememberTokens } from '../graph/tokens.ts';
import { readClients } from './clients/read-clients.ts';
import type { SignInConfig } from './config.ts';
import { createReaderGraph } from './graph.ts';
import { ownTokenClient, ownTokens } from './own-tokens.ts';
import { type SignInServer, startSignInServer } from './server.ts';
import type { SignInLog } from './service.ts';
import { demonstrationStaff } from './staff-accounts.ts';

/**
 * Starts the server that the configuration describes. Resolves when it listens.
 * @throws Error whose message is for the person who started the process.
 */
export async function startSignIn(
  config: SignInConfig,
  log: SignInLog,
): Promise<SignInServer & { readonly issuer: URL }> {
  await using resources = new AsyncDisposableStack();
  const clients = await readClients(config.clientsFile);
  const port = await chosenPort(config);
  const issuer = config.url ?? localIssuer(config.host, port);
  const graph = resources.use(
    createHttpGraphClient(
      config.graphUrl,
      config.graphTls === null ? null : openClientTls(config.graphTls, log),
    ),
  );
  const server = resources.use(
    await startSignInServer({
      ...{ host: config.host, port, issuer, clients, log },
      state: await openState(config, log),
      graphWith(keys) {
        const tokens = rememberTokens(ownTokens(keys, issuer, config.tokenAudience));
        return createReaderGraph({ graph, token: () => tokens(ownTokenClient) });
      },
      staff: config.demonstrationStaff ? demonstrationStaff : null,
      graphAudience: config.tokenAudience,
      trustedProxies: config.trustedProxies,
      tls: config.tls === null ? null : openServerTls(config.tls, log),
    }),
  );
  const running = resources.move();
  return { ...server, issuer, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export const localIssuer = (host: string, port: number): URL => new URL(`http://${host}:${port}/sign-in`);

/** The port is part of the issuer's name, which must be known before anybody listens. So a free one is looked for first. */
export async function chosenPort({ host, port }: Pick<SignInConfig, 'host' | 'port'>): Promise<number> {
  if (port !== 0) {
    return port;
  }
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return free;
}

async function openState(
  { databaseUrl, databaseTls, migrates, dataDir, secrets }: SignInConfig,
  log: SignInLog,
): Promise<SignInState> {
  if (databaseUrl === null) {
    return await openSqliteSignIn({ path: signInFileIn(dataDir), secrets });
  }
  const tls = databaseTls === null ? null : openClientTls(databaseTls, log);
  return await openPostgresSignIn({ url: databaseUrl.href, tls, migrates, secrets });
}

export const signInFileIn = (dataDir: string): string => join(dataDir, 'sign-in.sqlite');
