import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet } from 'jose';
import { createHttpGraphClient, type GraphClient } from '../edge/graph/client.ts';
import { observedGraph } from '../edge/graph/observed.ts';
import { choosePort } from '../edge/server/choose-port.ts';
import type { EdgeLog } from '../edge/server/create-server.ts';
import { stateFileIn } from '../edge/server/open-state.ts';
import { parseClients, readClients, type SignInClient } from '../edge/sign-in/clients/read-clients.ts';
import type { EmbeddedSignInConfig } from '../edge/sign-in/config.ts';
import { createReaderGraph } from '../edge/sign-in/graph.ts';
import type { SignInObserver } from '../edge/sign-in/observer.ts';
import { ownTokenClient, ownTokens } from '../edge/sign-in/own-tokens.ts';
import type { SigningKeys } from '../edge/sign-in/provider/signing-keys.ts';
import { startSignInServer } from '../edge/sign-in/server.ts';
import { demonstrationStaff } from '../edge/sign-in/staff-accounts.ts';
import { localIssuer } from '../edge/sign-in/start.ts';
import type { Issuer } from '../gateway/access/bearer.ts';
import { entryDefaults, type Grant } from '../gateway/access/issuers/entry.ts';
import type { GatewayConfig } from '../gateway/config.ts';
import { openSqliteState } from '../store/shared-state/sqlite/sealed-state.ts';
import { readOrCreateKey } from './key-file.ts';
import type { PageClient } from './pages.ts';

/** `aud` of tokens for the graph, as the development issuer has it. */
const graphAudience = 'patron-graph';

/** For clients that somebody tries out on this machine. */
const redirectUris = ['http://127.0.0.1:8080/callback', 'http://localhost:8080/callback'];

/** The relying parties of the demonstration. The secret is not a real one: codes are sent to this machine alone. */
const demonstrationClients = [
  {
    id: 'demonstration-ebooks',
    name: { en: 'Demonstration E-books', 'zh-Hant': '示範電子書' },
    redirectUris,
    secret: 'demonstration-demonstration-demonstration',
    audience: 'partner',
  },
  {
    id: 'demonstration-app',
    name: { en: 'Demonstration App', 'zh-Hant': '示範應用程式' },
    redirectUris,
    publicClient: true,
    audience: 'reader',
    firstParty: true,
  },
  {
    id: 'demonstration-staff',
    name: { en: 'Demonstration Staff Pages', 'zh-Hant': '示範職員頁面' },
    redirectUris,
    publicClient: true,
    audience: 'staff',
    firstParty: true,
    scopes: ['patrons:read', 'credentials:read', 'circulation:read'],
  },
] as const;

/** Sign-in that listens. Until it is connected to the graph it can't sign anybody in, and says so. */
export interface EmbeddedSignIn extends AsyncDisposable {
  /** Its public URL, and the name of the issuer. */
  readonly url: URL;
  /** What the gateway accepts of it. */
  readonly issuer: Issuer;
  /** `address`: the gateway's origin. */
  connect(address: string): void;
}

/** Sign-in over the gateway of this process, with state in DATA_DIR. `pageClients`: besides those of the file. */
export async function startEmbeddedSignIn(
  { host, port: wantedPort, clientsFile }: EmbeddedSignInConfig,
  { dataDir, trustedProxies }: Pick<GatewayConfig, 'dataDir' | 'trustedProxies'>,
  log: EdgeLog,
  observer: SignInObserver,
  pageClients: readonly PageClient[],
): Promise<EmbeddedSignIn> {
  await using resources = new AsyncDisposableStack();
  await mkdir(dataDir, { recursive: true });
  const clients = [
    ...(await (clientsFile === null
      ? parseClients({ clients: demonstrationClients }, '.')
      : readClients(clientsFile))),
    ...(await parseClients({ clients: pageClients }, '.')),
  ];
  const port = await choosePort({ host, port: wantedPort });
  const url = localIssuer(host, port);
  let graph: GraphClient | null = null;
  const laterGraph: GraphClient = {
    async ask(...question) {
      if (graph === null) {
        throw new Error('the graph does not listen yet');
      }
      return await graph.ask(...question);
    },
  };
  const { keys } = resources.use(
    await startSignInServer({
      host,
      port,
      issuer: url,
      clients,
      graphAudience,
      log,
      state: await openSqliteState({
        owner: 'sign-in',
        path: stateFileIn(dataDir, 'sign-in'),
        secrets: [await readOrCreateKey(join(dataDir, 'sign-in.key'))],
      }),
      graphWith: (signingKeys) =>
        createReaderGraph({
          graph: observedGraph(laterGraph, observer),
          token: ownTokens(signingKeys, url, graphAudience),
        }),
      staff: demonstrationStaff,
      trustedProxies,
      tls: null,
      observer,
    }),
  );
  const running = resources.move();
  return {
    url,
    issuer: issuerOf(url, keys, clients),
    connect(address) {
      graph = running.use(createHttpGraphClient(new URL('/graphql', address), null));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** As an entry of ISSUERS_FILE would be. The keys are in this process, and are not fetched. */
function issuerOf(url: URL, keys: SigningKeys, clients: readonly SignInClient[]): Issuer {
  const grants = clients
    .filter(({ firstParty }) => firstParty)
    .map(
      ({ id, audience, scopes }): Grant => ({
        clients: [id],
        audience,
        scopes: new Set(scopes),
        patronId: audience === 'reader',
        partner: null,
      }),
    );
  const { clientId, scope } = ownTokenClient;
  const own = { audience: 'sign-in', patronId: false, partner: null } as const;
  return {
    entry: {
      name: 'sign-in',
      issuer: url.href,
      audiences: [graphAudience],
      ...entryDefaults,
      grants: [{ clients: [clientId], scopes: new Set([scope]), ...own }, ...grants],
    },
    keys: {
      find: (header, token) => createLocalJWKSet({ keys: [...keys.current().publicKeys] })(header, token),
      get generation() {
        return keys.current().generation;
      },
      state: 'up',
      ageMs: null,
    },
  };
}
