import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { hmacSha256 } from '../../platform/hmac.ts';
import type { KeptFile } from '../../platform/lifecycle/kept-file.ts';
import { networksOf, siteOf } from '../../platform/lifecycle/network.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import type { SealedState } from '../../store/shared-state/port.ts';
import type { EdgeLog } from '../server/create-server.ts';
import type { Theme } from '../theme/theme.ts';
import type { SignInClient } from './clients/read-clients.ts';
import type { Presented, ReaderGraph } from './graph.ts';
import { createKnownBrowsers, type KnownBrowsers } from './known-browsers.ts';
import { limitTries, retrySoonSeconds } from './limited-tries.ts';
import type { SignInObserver } from './observer.ts';
import { consentsClient } from './own-clients.ts';
import { createAccounts } from './provider/accounts.ts';
import { madeBeforeSignIn } from './provider/adapter.ts';
import { type Consents, createConsents } from './provider/consents.ts';
import { createProvider } from './provider/create-provider.ts';
import { isTemporary } from './provider/errors.ts';
import type { ProviderPages } from './provider/features.ts';
import { createSignIns, type SignIns } from './provider/sign-ins.ts';
import { createSignOuts, notTold, type SignOuts } from './provider/sign-outs.ts';
import type { KeySet, SigningKeys } from './provider/signing-keys.ts';
import { createEndIfSuperseded, type EndIfSuperseded } from './provider/superseded-sign-ins.ts';
import { withTemporaryErrors } from './provider/temporary-state.ts';
import { AlreadyRefreshed } from './provider/tokens/refresh-races.ts';
import { limitBegun } from './sign-in-rate.ts';
import type { StaffAccounts } from './staff-accounts.ts';

export interface SignInOptions {
  /** The public URL of the service, without a slash at the end, such as `https://library.example/sign-in`. */
  readonly issuer: URL;
  readonly state: SealedState;
  readonly keys: SigningKeys;
  /**
   * The clients in the clients file. The file may change while the service runs. A client that was removed from the file
   * is unknown from then on.
   */
  readonly clients: KeptFile<readonly SignInClient[]>;
  readonly graph: ReaderGraph;
  readonly theme: Theme;
  /** Null if staff don't sign in here. */
  readonly staff: StaffAccounts | null;
  /** The `aud` of access tokens for the graph. */
  readonly graphAudience: string;
  /**
   * The networks of the library's own computers, where no browser may remember a reader. Null if they aren't
   * configured: then no browser remembers a reader.
   */
  readonly libraryAddresses: BlockList | null;
  readonly log: EdgeLog;
  readonly observer?: SignInObserver;
  /** In ms since 1970. */
  readonly now: () => number;
}

export interface SignInService
  extends Pick<SignInOptions, 'issuer' | 'graph' | 'theme' | 'staff' | 'log' | 'state' | 'now'> {
  readonly observer: SignInObserver;
  /** The path of the service, such as `/sign-in`. */
  readonly base: string;
  readonly clients: ReadonlyMap<string, SignInClient>;
  readonly consents: Consents;
  readonly knownBrowsers: KnownBrowsers;
  readonly signIns: SignIns;
  readonly signOuts: SignOuts;
  readonly endIfSuperseded: EndIfSuperseded;
  /** The provider with the current keys. */
  provider(): Provider;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Whether one more sign-in may begin at this address. A sign-in that may begin is counted. */
  mayBegin(address: string): boolean;
  /** Calls `run` for a request. Sign-ins that begin in it are counted for the network of `address`. */
  enterNetwork(address: string, run: () => void): void;
  /** HMACs of the client's networks. They are the keys under which the graph counts wrong tries. */
  addressKeys(address: string): Pick<Presented, 'address' | 'widerNetworks'>;
}

/**
 * The kinds of stored items that have a maximum number, by the name under which a metric reports how full they are.
 */
const tables = {
  unfinished_sign_ins: 'Interaction',
  pushed_requests: 'PushedAuthorizationRequest',
  sign_in_sessions: 'Session',
} as const;

export function createService(options: SignInOptions, pages: ProviderPages): SignInService {
  const { issuer, keys, now, log, observer = {} } = options;
  const state = withTemporaryErrors(options.state, log);
  const graph = limitTries(options.graph, now, observer);
  for (const [table, kind] of Object.entries(tables)) {
    const max = madeBeforeSignIn[kind];
    observer.watchTable?.(table, async () => (await state.count(kind, max)) / max);
  }
  const consents = createConsents(state, now);
  const addressSecret = state.keyFor('addresses');
  const addressKey = (network: string) => hmacSha256(addressSecret).update(network).digest('base64url');
  /**
   * The provider doesn't report which request it stores something for. So this storage holds the current request's
   * address.
   */
  const addressesInRequests = new AsyncLocalStorage<string>();
  const mayBegin = limitBegun(now, observer);
  const signOuts = createSignOuts({ state, provider: () => latest().provider, log });
  const accounts = createAccounts(graph);
  const endIfSuperseded = createEndIfSuperseded(accounts, signOuts);
  const makeProvider = (current: KeySet, configured: readonly SignInClient[]) => {
    observer.clientsConfigured?.(new Set(configured.map(({ id }) => id)));
    const clients = [...configured, consentsClient(issuer)];
    const provider = createProvider({
      issuer,
      state,
      clients,
      consents,
      pages,
      now,
      keys: current,
      graphAudience: options.graphAudience,
      claimsOf: accounts.claimsOf,
      endIfSuperseded,
      networkOfRequest() {
        const address = addressesInRequests.getStore();
        return address === undefined ? null : `network ${addressKey(siteOf(address))}`;
      },
      mayBegin: () => mayBegin(addressesInRequests.getStore() ?? ''),
    });
    // The provider may trust the forwarded host and protocol: `withIssuerHost` has set both.
    provider.proxy = true;
    provider.use(async (ctx, next) => {
      await next();
      if (isTemporary(ctx.status)) {
        ctx.set('retry-after', String(retrySoonSeconds));
      }
    });
    reportEvents(provider, log, observer);
    const byId = new Map(clients.map((client) => [client.id, client]));
    return { keys: current, configured, clients: byId, provider, handle: provider.callback() };
  };
  let made = makeProvider(keys.current(), options.clients.current);
  const latest = () => {
    const current = keys.current();
    const configured = options.clients.current;
    if (made.keys !== current || made.configured !== configured) {
      made = makeProvider(current, configured);
    }
    return made;
  };
  return {
    issuer,
    state,
    graph,
    consents,
    knownBrowsers: createKnownBrowsers({ ...options, state }),
    log,
    now,
    observer,
    theme: options.theme,
    staff: options.staff,
    signIns: createSignIns(state),
    signOuts,
    endIfSuperseded,
    base: issuer.pathname,
    get clients() {
      return latest().clients;
    },
    provider: () => latest().provider,
    handle: (request, response) => latest().handle(request, response),
    mayBegin,
    enterNetwork: (ip, run) => addressesInRequests.run(ip, run),
    addressKeys(ip) {
      const [address, ...widerNetworks] = networksOf(ip);
      return { address: addressKey(address), widerNetworks: widerNetworks.map(addressKey) };
    },
  };
}

/** Logs the provider's events, and reports token requests to the observer. */
function reportEvents(provider: Provider, log: EdgeLog, observer: SignInObserver): void {
  provider.on('server_error', (_ctx, error) => log.error(describeError(error), 'a request failed'));
  provider.on('grant.success', (ctx) => observer.tokensRequested?.(...grantIn(ctx), null));
  provider.on('grant.error', (ctx, error) => {
    const [clientId, grantType] = grantIn(ctx);
    if (error instanceof AlreadyRefreshed) {
      // The race is a success for the client, which gets the answer to the first request (`shareRefreshes`).
      observer.tokensRequested?.(clientId, grantType, null);
      return;
    }
    observer.tokensRequested?.(clientId, grantType, error.error);
    log.info({ ...requestIds(), clientId, grantType, ...reasonOf(error) }, 'a client got no tokens');
  });
  provider.on('pushed_authorization_request.error', ({ oidc }, error) =>
    log.info(
      { ...requestIds(), clientId: oidc.client?.clientId ?? null, ...reasonOf(error) },
      'a client could not push a request',
    ),
  );
  provider.on('authorization.success', ({ oidc }) => {
    if (oidc.params?.code_challenge === undefined) {
      log.info({ ...requestIds(), clientId: oidc.client?.clientId ?? null }, 'a sign-in without PKCE');
    }
  });
  provider.on('backchannel.error', (_ctx, error, { clientId }) =>
    log.warn({ clientId, ...describeError(error) }, notTold),
  );
  // Without this listener, Koa would print the error with its message. Koa's types don't declare the event.
  const koa: EventEmitter = provider;
  koa.on('error', (error) => log.error(describeError(error), 'a request failed'));
}

/** The client's id, or null if the client is unknown, and the grant type that was sent. */
function grantIn({ oidc }: KoaContextWithOIDC): readonly [client: string | null, type: string] {
  return [oidc.client?.clientId ?? null, String(oidc.params?.grant_type ?? '')];
}

/**
 * The reason of a refusal, for the operators. The client receives only the error's code. The provider's texts quote no
 * token.
 */
function reasonOf({ error, error_detail: detail, error_description: description }: errors.OIDCProviderError) {
  return { error, reason: detail ?? description ?? null };
}
