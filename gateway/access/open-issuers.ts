import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import { unchanging } from '../../platform/lifecycle/kept-file.ts';
import type { ServerConfig } from '../config.ts';
import type { GatewayObserver } from '../observer.ts';
import { type Authenticate, createAuthenticator, type Issuer } from './bearer.ts';
import { trustedEntry } from './issuers/entry.ts';
import { type KeyStore, openKeyStore } from './issuers/kept-keys.ts';
import { type IssuerKeys, type KeysState, RefreshedKeys, type RefreshedKeysOptions } from './issuers/keys.ts';
import { loadKeys, reasonOf } from './issuers/load-keys.ts';
import { type ConfiguredIssuer, keepIssuers } from './issuers/read-issuers.ts';
import { OpenedKeys } from './opened-keys.ts';

/** The issuers of a gateway. Disposing of them stops the refreshing of their keys. */
export interface Issuers extends AsyncDisposable {
  readonly authenticate: Authenticate;
  /** Returns the state of each issuer's signing keys, by the name that the health routes show for the issuer. */
  states(): Readonly<Record<string, KeysState>>;
  /**
   * Returns whether at least one issuer has keys. If the keys of some issuers are fetched from a URL, only these
   * issuers count, because keys on this machine are always available.
   */
  haveKeys(): boolean;
  /** Returns the statistics of the caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>>;
}

interface OpenIssuersOptions {
  readonly log: { warn(details: object, message: string): void };
  /** Returns milliseconds since 1970. */
  readonly now?: () => number;
  readonly observer?: GatewayObserver;
  /** The names of the claims that identities keep. Default: none. */
  readonly keptClaims?: ReadonlySet<string>;
  /** Pause between two looks at ISSUERS_FILE, in ms. */
  readonly intervalMs?: number;
}

type IssuersConfig = Pick<ServerConfig, 'issuers' | 'issuerKeysDir'>;

/** The name of the only issuer, configured by JWKS_URL, JWT_ISSUER and JWT_AUDIENCE. */
const onlyIssuer = 'default';

/**
 * Opens the configured issuers. Returns null if no issuer is configured. Keys at a URL are fetched in the background,
 * so that an unreachable issuer doesn't delay the start.
 * @throws Error if ISSUERS_FILE, or a file of keys that it names, can't be used.
 */
export async function openIssuers(
  { issuers: source, issuerKeysDir }: IssuersConfig,
  { log, now = Date.now, observer = {}, keptClaims = new Set(), intervalMs }: OpenIssuersOptions,
): Promise<Issuers | null> {
  if (source === null) {
    return null;
  }
  await using resources = new AsyncDisposableStack();
  const configured =
    'file' in source
      ? resources.use(await keepIssuers(source.file, log, intervalMs))
      : unchanging<readonly ConfiguredIssuer[]>([
          { entry: trustedEntry(onlyIssuer, source.issuer, source.audience), keys: { url: source.url.href } },
        ]);
  const store = issuerKeysDir === null ? null : openKeyStore(issuerKeysDir);
  const openKeyOf = (issuer: ConfiguredIssuer) => openKeys(issuer, store, log, now);
  const keys = resources.use(new OpenedKeys(openKeyOf));
  const accept = async (): Promise<Accepted> => {
    const issuers = await keys.of(configured.current);
    observer.clientsConfigured?.(
      new Set(issuers.flatMap(({ entry }) => entry.grants.flatMap(({ clients }) => clients ?? []))),
    );
    const fetched = issuers.filter((_issuer, index) => 'url' in (configured.current[index]?.keys ?? {}));
    return {
      issuers,
      deciding: fetched.length > 0 ? fetched : issuers,
      ...createAuthenticator(issuers, now, keptClaims),
    };
  };
  let accepted = await accept();
  resources.use(
    configured.onChange(async () => {
      accepted = await accept();
      await keys.closeOthers(configured.current);
    }),
  );
  observer.watchIssuerKeys?.(() => keyAgesOf(accepted.issuers));
  const open = resources.move();
  return {
    authenticate: (header) => accepted.authenticate(header),
    caches: () => ({ tokens: accepted.tokenStats() }),
    haveKeys: () => accepted.deciding.some(({ keys: { state } }) => state !== 'down'),
    states: () =>
      Object.fromEntries(
        accepted.issuers.map(({ entry, keys: { state } }) => [`issuer ${entry.name}`, state]),
      ),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/**
 * An authenticator for the issuers that are accepted now. A change of ISSUERS_FILE makes a new authenticator, which has
 * no remembered tokens and so verifies every token again.
 */
interface Accepted extends ReturnType<typeof createAuthenticator> {
  readonly issuers: readonly Issuer[];
  /** The gateway is ready while it has the keys of at least one of these issuers. */
  readonly deciding: readonly Issuer[];
}

function keyAgesOf(issuers: readonly Issuer[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    issuers.flatMap(({ entry, keys: { ageMs } }) => (ageMs === null ? [] : [[entry.name, ageMs]])),
  );
}

/** Returns issuers whose keys are on this machine, as in development. These issuers always have keys. */
export function onlyLocal(issuers: readonly Issuer[]): Issuers {
  const { authenticate, tokenStats } = createAuthenticator(issuers);
  return {
    authenticate,
    caches: () => ({ tokens: tokenStats() }),
    haveKeys: () => true,
    states: () => ({}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openKeys(
  { entry: { name }, keys: location }: ConfiguredIssuer,
  store: KeyStore | null,
  log: OpenIssuersOptions['log'],
  now: () => number,
): Promise<IssuerKeys & AsyncDisposable> {
  const load = (signal: AbortSignal) => loadKeys(location, signal);
  if ('file' in location) {
    return await openKeysFile(name, location.file, { load, log, now });
  }
  const warn = (error: unknown, message: string) =>
    log.warn({ issuer: name, reason: reasonOf(error) }, message);
  const keys = new RefreshedKeys({
    name,
    load,
    log,
    now,
    keep: async (kept) => {
      await store
        ?.write(name, location.url, kept)
        .catch((error: unknown) => warn(error, "an issuer's keys could not be kept for the next start"));
    },
  });
  const kept = await store
    ?.read(name, location.url)
    .catch((error: unknown) => warn(error, "an issuer's kept keys could not be read"));
  if (kept != null) {
    keys.restore(kept);
  }
  void keys.start();
  return keys;
}

/**
 * Opens a file of keys. Like keys at a URL, the file is read again regularly. But the start fails if the keys can't be
 * used, because the file is on this machine.
 */
async function openKeysFile(
  name: string,
  file: string,
  options: Pick<RefreshedKeysOptions, 'load' | 'log' | 'now'>,
): Promise<RefreshedKeys> {
  const keys = new RefreshedKeys({ name, ...options, keep: () => Promise.resolve() });
  const fetchedAt = options.now();
  const jwks = await options.load(new AbortController().signal).catch((error: unknown) => {
    throw new Error(`The keys of the issuer ${name} in ${file} can't be used: ${reasonOf(error)}.`);
  });
  keys.restore({ jwks, fetchedAt });
  void keys.start();
  return keys;
}
