import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseClients, type SignInClient } from '../../../edge/sign-in/clients/read-clients.ts';
import type { ReaderGraph } from '../../../edge/sign-in/graph.ts';
import type { SignInObserver } from '../../../edge/sign-in/observer.ts';
import { type SignInServer, startSignInServer } from '../../../edge/sign-in/server.ts';
import { demonstrationStaff } from '../../../edge/sign-in/staff-accounts.ts';
import { demonstrationThemeFile, readTheme } from '../../../edge/theme/theme.ts';
import { type KeptFile, unchanging } from '../../../platform/lifecycle/kept-file.ts';
import { blockListOf } from '../../../platform/lifecycle/network.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { openSqliteState } from '../../../store/shared-state/sqlite/sealed-state.ts';
import { freePort } from '../processes.ts';
import { makeTemporaryFolder, openTemporaryFolder } from '../set-up/temporary-folder.ts';

/** A sign-in service that runs in this process. */
export interface RunningSignIn extends AsyncDisposable {
  readonly issuer: URL;
  /** The port on which the server listens. */
  readonly port: number;
  /** The origin of the relying parties. */
  readonly parties: string;
  readonly server: SignInServer;
  /** Every line of the log, as JSON. */
  readonly log: string[];
}

export const secrets = {
  ebooks: 'the secret of the e-book service, for tests',
  audiobooks: 'the secret of the audiobook service of tests',
  pages: 'the secret of the pages of readers, for tests',
  comics: 'the secret of the comics service of tests',
  turnstile: 'the secret of a server without PKCE, for tests',
};

/** The key of the client that signs assertions instead of having a secret. */
export const magazinesKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const magazinesKeys = {
  keys: [{ ...magazinesKey.publicKey.export({ format: 'jwk' }), kid: 'magazines', alg: 'ES256', use: 'sig' }],
};

/** No server listens at this address, and a `PlainBrowser` doesn't follow redirects to it. */
const nowhere = 'http://127.0.0.1:9';

/** The redirect URIs of the tests' relying parties, at the given origin. */
export const callbacksAt = (origin: string) => ({
  ebooks: `${origin}/ebooks/callback`,
  audiobooks: `${origin}/audiobooks/callback`,
  app: 'hk.example.reader:/callback',
  web: `${origin}/web/callback`,
  pages: `${origin}/my/callback`,
  staff: `${origin}/staff/callback`,
  comics: `${origin}/comics/callback`,
  magazines: `${origin}/magazines/callback`,
  turnstile: `${origin}/turnstile/callback`,
});

type Callbacks = ReturnType<typeof callbacksAt>;
export type Party = keyof Callbacks;

const name = (en: string, chinese: string) => ({ en, 'zh-Hant': chinese });

const partner = { audience: 'partner', postLogoutRedirectUris: [] } as const;

const clientsOfTests = (callbacks: Callbacks, origin: string, keys: object, ageBand: boolean) => ({
  clients: [
    {
      id: 'ebooks',
      name: name('Example E-books', '示例電子書'),
      redirectUris: [callbacks.ebooks, 'https://ebooks.example/callback'],
      postLogoutRedirectUris: [`${origin}/ebooks/`],
      backchannelLogoutUri: `${origin}/ebooks/signed-out`,
      secret: secrets.ebooks,
      audience: 'partner',
      partner: 'example-ebooks',
    },
    {
      id: 'audiobooks',
      name: name('Example Audiobooks', '示例有聲書'),
      redirectUris: [callbacks.audiobooks],
      secret: secrets.audiobooks,
      audience: 'partner',
      idTokenAlgorithm: 'ES256',
    },
    {
      id: 'reader-app',
      name: name('Library App', '圖書館應用程式'),
      redirectUris: [callbacks.app],
      publicClient: true,
      audience: 'reader',
      firstParty: true,
    },
    {
      id: 'reader-web',
      name: name('Library Website', '圖書館網站'),
      redirectUris: [callbacks.web],
      publicClient: true,
      audience: 'reader',
      firstParty: true,
    },
    {
      id: 'reader-pages',
      name: name('My Library', '我的圖書館'),
      redirectUris: [callbacks.pages],
      secret: secrets.pages,
      audience: 'reader',
      firstParty: true,
    },
    {
      id: 'staff-web',
      name: name('Staff Pages', '職員頁面'),
      redirectUris: [callbacks.staff],
      publicClient: true,
      audience: 'staff',
      firstParty: true,
      scopes: ['patrons:read', 'circulation:read'],
    },
    {
      ...partner,
      id: 'comics',
      name: name('Example Comics', '示例漫畫'),
      redirectUris: [callbacks.comics],
      secret: secrets.comics,
      ageBand,
    },
    {
      ...partner,
      id: 'magazines',
      name: name('Example Magazines', '示例雜誌'),
      redirectUris: [callbacks.magazines],
      keys,
    },
    {
      ...partner,
      id: 'turnstile',
      name: name('Example Turnstile', '示例閘機'),
      redirectUris: [callbacks.turnstile],
      secret: secrets.turnstile,
      withoutPkce: true,
    },
  ],
});

interface Settings {
  readonly graph: ReaderGraph;
  readonly now?: () => number;
  /** The origin of the relying parties. */
  readonly parties?: string;
  readonly trustedProxies?: readonly string[];
  /** The networks of the library's own computers. */
  readonly libraryAddresses?: readonly string[];
  readonly observer?: SignInObserver;
  /** The URL of the keys of the client that signs assertions. By default, the keys are in a file. */
  readonly keysUrl?: string;
  /** Whether the entry of the comics service has `ageBand`. Default: true. */
  readonly comicsMayAskAge?: boolean;
  /** The clients, which can change. Default: those of the tests. */
  readonly clients?: KeptFile<readonly SignInClient[]>;
}

interface ServerSettings extends Settings {
  /** The public URL. By default, it has the server's own port. */
  readonly issuer?: URL;
  /** By default a free port. */
  readonly port?: number;
  /** The state of the server. The server closes it. */
  readonly state: SealedState;
}

/** Starts a server with the given state. */
export async function startServer({
  graph,
  state,
  issuer: publicUrl,
  now = Date.now,
  parties = nowhere,
  trustedProxies = [],
  libraryAddresses = ['192.0.2.0/24'],
  observer,
  keysUrl,
  comicsMayAskAge = true,
  port: givenPort,
  clients,
}: ServerSettings): Promise<RunningSignIn> {
  const port = givenPort ?? (await freePort());
  const issuer = publicUrl ?? new URL(`http://127.0.0.1:${port}/sign-in`);
  using folder = makeTemporaryFolder();
  const keysFile = join(folder.path, 'magazines.json');
  writeFileSync(keysFile, JSON.stringify(magazinesKeys));
  const keys = keysUrl === undefined ? { file: keysFile } : { url: keysUrl };
  const log: string[] = [];
  const keep = (details: object, message = '') => {
    log.push(JSON.stringify({ ...details, message }));
  };
  const server = await startSignInServer({
    host: '127.0.0.1',
    port,
    issuer,
    state,
    now,
    trustedProxies,
    clients:
      clients ??
      unchanging(
        await parseClients(clientsOfTests(callbacksAt(parties), parties, keys, comicsMayAskAge), '.'),
      ),
    graphWith: () => graph,
    theme: await readTheme(demonstrationThemeFile),
    staff: demonstrationStaff,
    graphAudience: 'patron-graph',
    libraryAddresses: blockListOf(libraryAddresses),
    tls: null,
    log: { level: 'debug', debug: keep, info: keep, warn: keep, error: keep },
    ...(observer !== undefined && { observer }),
  });
  return { issuer, port, parties, server, log, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Starts a server with a new state in SQLite. */
export async function startSignInOfTests({ now = Date.now, ...settings }: Settings): Promise<RunningSignIn> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await openTemporaryFolder());
  const state = await openSqliteState({
    owner: 'sign-in',
    path: join(folder.path, 'sign-in.sqlite'),
    secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
    now,
  });
  const running = resources.use(await startServer({ ...settings, state, now }));
  const moved = resources.move();
  return { ...running, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}
