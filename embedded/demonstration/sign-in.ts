import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet } from 'jose';
import { createHttpGraphClient, type GraphClient } from '../../edge/graph/client.ts';
import { observedGraph } from '../../edge/graph/observed.ts';
import type { EdgeLog } from '../../edge/server/create-server.ts';
import { stateFileIn } from '../../edge/server/open-state.ts';
import { parseClients, readClients, type SignInClient } from '../../edge/sign-in/clients/read-clients.ts';
import type { EmbeddedSignInConfig } from '../../edge/sign-in/config.ts';
import { createReaderGraph } from '../../edge/sign-in/graph.ts';
import type { SignInObserver } from '../../edge/sign-in/observer.ts';
import { ownTokenClient, ownTokens } from '../../edge/sign-in/own-tokens.ts';
import type { SigningKeys } from '../../edge/sign-in/provider/signing-keys.ts';
import { startSignInServer } from '../../edge/sign-in/server.ts';
import { demonstrationStaff } from '../../edge/sign-in/staff-accounts.ts';
import { localIssuer } from '../../edge/sign-in/start.ts';
import type { Theme } from '../../edge/theme/theme.ts';
import type { Issuer } from '../../gateway/access/bearer.ts';
import { entryDefaults, type Grant } from '../../gateway/access/issuers/entry.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import { unchanging } from '../../platform/lifecycle/kept-file.ts';
import { blockListOf } from '../../platform/lifecycle/network.ts';
import { choosePort } from '../../platform/ports/choose-port.ts';
import { openSqliteState } from '../../store/shared-state/sqlite/sealed-state.ts';
import { readOrCreateKey } from '../key-file.ts';
import type { PageClient } from './pages.ts';

/** The `aud` of tokens for the graph. The development issuer uses the same `aud`. */
const graphAudience = 'patron-graph';

/** Addresses for clients that developers try out on this machine. */
const redirectUris = ['http://127.0.0.1:8080/callback', 'http://localhost:8080/callback'];

/**
 * The relying parties of the demonstration. The one secret among them is no secret here. That does no harm, because
 * authorization codes are sent only to this machine.
 */
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

/** A sign-in service that listens. Until it is connected to the graph, it signs nobody in, and its page says so. */
export interface EmbeddedSignIn extends AsyncDisposable {
  /** The public URL of the service. It is also the issuer's name. */
  readonly url: URL;
  /** The issuer that the gateway accepts, with its grants. */
  readonly issuer: Issuer;
  /** The names of the service's clients, in the form in which a theme names programs. */
  readonly programs: Theme['programs'];
  /** Connects the service to the graph. `address` is the gateway's origin. */
  connect(address: string): void;
}

/**
 * Starts sign-in for the gateway of this process, with state in DATA_DIR. Its clients are `pageClients` and the clients
 * in the configured file. Without a file, the demonstration's clients take their place.
 */
export async function startEmbeddedSignIn(
  { host, port: wantedPort, clientsFile }: EmbeddedSignInConfig,
  theme: Theme,
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
      clients: unchanging(clients),
      graphAudience,
      theme,
      log,
      state: await openSqliteState({
        owner: 'sign-in',
        path: stateFileIn(dataDir, 'sign-in'),
        secrets: [await readOrCreateKey(join(dataDir, 'sign-in.key'))],
        holder: 'npm start',
      }),
      graphWith: (signingKeys) =>
        createReaderGraph({
          graph: observedGraph(laterGraph, observer),
          token: ownTokens(signingKeys, url, graphAudience),
        }),
      staff: demonstrationStaff,
      libraryAddresses: blockListOf([]),
      trustedProxies,
      tls: null,
      observer,
    }),
  );
  const running = resources.move();
  return {
    url,
    issuer: issuerOf(url, keys, clients),
    programs: Object.fromEntries(clients.map(({ id, name }) => [id, name])),
    connect(address) {
      graph = running.use(createHttpGraphClient(new URL('/graphql', address), null));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The issuer, like an entry of ISSUERS_FILE. Its keys are in this process, and are not fetched. */
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
