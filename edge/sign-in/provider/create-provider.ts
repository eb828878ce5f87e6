import { createHmac } from 'node:crypto';
import {
  type ClientMetadata,
  type Configuration,
  errors,
  type FindAccount,
  interactionPolicy,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { graphResource } from '../../graph/tokens.ts';
import type { SignInClient } from '../clients/read-clients.ts';
import { type Claims, type ClaimsOf, personOf } from './accounts.ts';
import { createAdapterFactory } from './adapter.ts';
import type { Consents } from './consents.ts';
import { ownersIn } from './sign-ins.ts';
import type { KeySet } from './signing-keys.ts';
import type { EndIfSuperseded } from './superseded-sign-ins.ts';
import { times } from './times.ts';

/** The pages that oidc-provider itself shows. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, code: string, description: string): void;
  /** `form` is the HTML of the form that signs out. Its id is `op.logoutForm`. */
  signOut(ctx: KoaContextWithOIDC, form: string): void;
  signedOut(ctx: KoaContextWithOIDC): void;
}

export interface ProviderOptions {
  /** The public URL. The provider is mounted at its path. */
  readonly issuer: URL;
  readonly state: SealedState;
  readonly clients: readonly SignInClient[];
  readonly keys: KeySet;
  readonly claimsOf: ClaimsOf;
  readonly endIfSuperseded: EndIfSuperseded;
  readonly consents: Consents;
  /** The `aud` of access tokens for the graph. */
  readonly graphAudience: string;
  readonly pages: ProviderPages;
  /** A digest of the widest network from which the present request comes; null outside of requests. */
  readonly networkOfRequest: () => string | null;
  /** In ms since 1970. */
  readonly now: () => number;
}

/**
 * The claims that each scope opens. `openid` alone includes the standing, because many relying parties can't ask for
 * other scopes.
 */
const claimsOfScopes = { openid: ['sub', 'library_standing'], patron: ['patron_id'] };

/**
 * Configures oidc-provider: only the code flow, with PKCE. A provider's keys can't change, so each set of keys needs a
 * new provider. All these providers share one state.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, state, keys, claimsOf, endIfSuperseded, pages, now } = options;
  const clients = new Map(options.clients.map((client) => [client.id, client]));
  const clientOf = (id: string): SignInClient => {
    const client = clients.get(id);
    if (client === undefined) {
      throw new errors.InvalidClient('unknown client');
    }
    return client;
  };
  const claimsFor: ClaimsFor = async (request, accountId, clientId) => {
    const person = personOf(accountId);
    if (person === null) {
      throw new errors.InvalidGrant('unknown account');
    }
    return await claimsOf(request, person, clientOf(clientId));
  };
  const configuration: Configuration = {
    adapter: createAdapterFactory(state, now, ownersIn(state), options.networkOfRequest),
    clients: options.clients.map(metadataOf),
    jwks: { keys: [...keys.keys] as NonNullable<Configuration['jwks']>['keys'] },
    claims: claimsOfScopes,
    scopes: ['openid', 'offline_access', 'patron'],
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    // Like userinfo, an ID token has the standing. So a client learns the current standing at each refresh.
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: cookiesOf(issuer, state),
    features: featuresOf(options, clientOf),
    ttl: ttls,
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // Refresh tokens outlive the session's hour. Signing out ends them (`endAllAtSignOut`).
    expiresWithSession: () => false,
    interactions: {
      policy: policyFor(clientOf, endIfSuperseded),
      url: (ctx, { uid }) => `${new URL(ctx.oidc.issuer).pathname}/interaction/${uid}`,
    },
    // When the provider makes a logout token, there is no request, so `ctx` is undefined.
    pairwiseIdentifier: async (ctx: object | undefined, accountId, { clientId }) =>
      (await claimsFor(ctx ?? {}, accountId, clientId)).sub,
    fetch: fetchInOwnNetwork,
    findAccount: finding(claimsFor, clientOf, endIfSuperseded),
    extraTokenClaims({ oidc }, token) {
      const person = 'accountId' in token ? personOf(token.accountId) : null;
      // Only tokens for the graph have an audience, and only the library's own clients get such tokens.
      const isForGraph = token.aud !== undefined;
      const { authTime, sessionUid } = oidc.entities.RefreshToken ?? oidc.entities.AuthorizationCode ?? {};
      return isForGraph && person?.kind === 'patron'
        ? withoutUndefined({ patron_id: person.patronId, sid: sessionUid, auth_time: authTime })
        : undefined;
    },
    loadExistingGrant: (ctx) => findGrant(ctx, clientOf, options.consents),
    renderError: (ctx, { error, error_description: description = '' }) =>
      pages.error(ctx, error, description),
  };
  const provider = new Provider(issuer.href, configuration);
  provider.use(allowOwnScript);
  return provider;
}

/**
 * The provider adds the hash of its script to the page's `script-src`. Beside a hash, `'none'` is not well-formed (CSP 3,
 * section 2.3.1).
 */
const allowOwnScript: Parameters<Provider['use']>[0] = async (ctx, next) => {
  await next();
  const policy = ctx.response.get('content-security-policy');
  if (policy.includes("'none' 'sha256-")) {
    ctx.set('content-security-policy', policy.replace("'none' 'sha256-", "'sha256-"));
  }
};

/**
 * By default the provider refuses to send requests to addresses that are not public. Here it sends only logout tokens,
 * to URLs that the operator has chosen. These URLs may be in the library's own network.
 */
function fetchInOwnNetwork(
  url: string | URL | Request,
  init: RequestInit & { readonly dispatcher?: unknown } = {},
) {
  const { dispatcher: _refuses, ...options } = init;
  return globalThis.fetch(url, options);
}

type ClaimsFor = (request: object, accountId: string, clientId: string) => Promise<Claims>;

/**
 * Asks the graph before a refresh token is used up. If the graph doesn't answer, the client can send the same token
 * again.
 */
const finding =
  (
    claimsFor: ClaimsFor,
    clientOf: (id: string) => SignInClient,
    endIfSuperseded: EndIfSuperseded,
  ): FindAccount =>
  async (ctx, accountId, token) => {
    if (token !== undefined && token.kind === 'RefreshToken') {
      const client = clientOf(token.clientId ?? '');
      if (await endIfSuperseded(ctx, accountId, client, { session: token.sessionUid, at: token.authTime })) {
        throw new errors.InvalidGrant('the reader has to sign in again');
      }
      requireGoodStanding(client, await claimsFor(ctx, accountId, client.id));
    }
    if (token !== undefined && token.kind === 'AccessToken') {
      // There is no userinfo after the sign-in has ended. An access token doesn't have the time of the sign-in, so the
      // time of issue is compared, which is later.
      const client = clientOf(token.clientId ?? '');
      if (await endIfSuperseded(ctx, accountId, client, { session: undefined, at: token.iat })) {
        return undefined;
      }
    }
    return {
      accountId,
      claims: async () => ({
        ...(await claimsFor(ctx, accountId, ctx.oidc.client?.clientId ?? '')),
        // For the `sub` that a client sees, the provider calls `pairwiseIdentifier`.
        sub: accountId,
      }),
    };
  };

/**
 * The library's own clients act for the reader, so a bad standing ends the sign-ins at these clients. After a card is
 * lost, a person with the reader's phone must therefore sign in again, which takes a card in use and its PIN. Other
 * services only learn the standing.
 * @throws InvalidGrant
 */
function requireGoodStanding({ firstParty }: SignInClient, { library_standing: standing }: Claims): void {
  if (firstParty && standing === 'not_good') {
    throw new errors.InvalidGrant('the reader has to sign in again');
  }
}

/**
 * Checks that the provider accepts all clients. Otherwise a client that the provider refuses would fail only at its
 * first request.
 * @throws Error that names the first such client
 */
export async function requireClients(provider: Provider, clients: readonly SignInClient[]): Promise<void> {
  for (const { id } of clients) {
    try {
      await provider.Client.find(id);
    } catch (error) {
      const reason = error instanceof errors.OIDCProviderError ? error.error_description : undefined;
      throw new Error(`SIGN_IN_CLIENTS_FILE: the client ${id} can't be used: ${reason ?? String(error)}`);
    }
  }
}

function metadataOf(client: SignInClient): ClientMetadata {
  const scopes = ['openid', 'offline_access', ...(client.firstParty ? ['patron'] : [])];
  const isNative = client.redirectUris.some((uri) => !/^https?:/.test(uri));
  const isConfidential = client.secret !== null;
  const hasLogout = client.backchannelLogoutUri !== null;
  return withoutUndefined({
    client_id: client.id,
    client_name: client.name.en,
    token_endpoint_auth_method: isConfidential ? 'client_secret_basic' : 'none',
    client_secret: client.secret ?? undefined,
    application_type: isNative ? 'native' : 'web',
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    backchannel_logout_uri: client.backchannelLogoutUri ?? undefined,
    backchannel_logout_session_required: hasLogout ? true : undefined,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: scopes.join(' '),
    subject_type: 'pairwise',
    // The provider requires this URI for redirect URIs with several hosts. It isn't used: the graph makes the
    // pseudonyms, for the partner.
    sector_identifier_uri: `https://sectors.invalid/${client.id}`,
    id_token_signed_response_alg: client.idTokenAlgorithm,
  });
}

const ttls: Configuration['ttl'] = {
  Interaction: times.interaction,
  Session: times.session,
  Grant: times.refreshTokenTotal + times.refreshTokenIdle,
  AuthorizationCode: times.authorizationCode,
  AccessToken: times.accessToken,
  IdToken: times.idToken,
  RefreshToken: (_ctx, token) =>
    Math.max(1, Math.min(times.refreshTokenIdle, times.refreshTokenTotal - token.totalLifetime())),
};

/**
 * Browsers accept a cookie named `__Host-…` only over https. They send it only to this host, and no other host can set
 * it.
 */
function cookiesOf(issuer: URL, state: SealedState): NonNullable<Configuration['cookies']> {
  const isSecure = issuer.protocol === 'https:';
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure: isSecure } as const;
  return {
    names: {
      session: `${isSecure ? '__Host-' : ''}sign-in`,
      // These cookies have a path, so they can't be named `__Host-…`.
      interaction: `${isSecure ? '__Secure-' : ''}sign-in-page`,
      resume: `${isSecure ? '__Secure-' : ''}sign-in-resume`,
    },
    keys: [createHmac('sha256', state.keyFor('cookies')).digest('base64url')],
    long: options,
    short: options,
  };
}

function featuresOf(
  { graphAudience, pages }: ProviderOptions,
  clientOf: (id: string) => SignInClient,
): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    // oidc-provider enables both by default. We serve no route for the first, and the gateway checks no proofs (DPoP).
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    userinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    // RFC 7009: a client may revoke only its own tokens. Without a policy, the provider prints a warning at each
    // start.
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => pages.signOut(ctx, form),
      postLogoutSuccessSource: (ctx) => pages.signedOut(ctx),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, { clientId }) => (clientOf(clientId).firstParty ? graphResource : []),
      useGrantedResource: () => true,
      getResourceServerInfo(_ctx, resource, { clientId }) {
        const client = clientOf(clientId);
        if (!client.firstParty || resource !== graphResource) {
          throw new errors.InvalidTarget();
        }
        return {
          scope: client.scopes.join(' '),
          audience: graphAudience,
          accessTokenTTL: times.accessToken,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  };
}

/**
 * Requires a new sign-in if the session is a reader's and the client is for staff, or the reverse. After a new PIN, the
 * person must also sign in again.
 */
function policyFor(clientOf: (id: string) => SignInClient, endIfSuperseded: EndIfSuperseded) {
  const policy = interactionPolicy.base();
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('signed_in_before', 'the sign-in is over', 'login_required', (ctx) => {
      const { session, client } = ctx.oidc;
      return session?.accountId === undefined
        ? false
        : endIfSuperseded(ctx, session.accountId, clientOf(client?.clientId ?? ''), {
            session: session.uid,
            at: session.loginTs,
          });
    }),
  );
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('other_kind', 'another account is needed', 'login_required', ({ oidc }) => {
      const person = personOf(oidc.session?.accountId ?? '');
      const wanted = clientOf(oidc.client?.clientId ?? '').audience === 'staff' ? 'staff' : 'patron';
      return person !== null && person.kind !== wanted;
    }),
  );
  return policy;
}

/**
 * The grant of the client: from this request, this session, or an earlier consent. The library's own clients need no
 * consent.
 */
async function findGrant(
  ctx: KoaContextWithOIDC,
  clientOf: (id: string) => SignInClient,
  consents: Consents,
) {
  const { client, session, provider, result, requestParamOIDCScopes } = ctx.oidc;
  const accountId = session?.accountId;
  if (client === undefined || session === undefined || accountId === undefined) {
    return undefined;
  }
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const own = found?.accountId === accountId && found.clientId === client.clientId ? found : undefined;
  const { firstParty, scopes } = clientOf(client.clientId);
  const requested = [...requestParamOIDCScopes];
  if (!firstParty && (own !== undefined || !(await consents.covers(accountId, client.clientId, requested)))) {
    return own;
  }
  const grant = own ?? new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(requested.join(' '));
  if (scopes.length > 0) {
    grant.addResourceScope(graphResource, scopes.join(' '));
  }
  await grant.save();
  return grant;
}
