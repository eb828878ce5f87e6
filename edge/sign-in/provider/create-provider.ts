import { createHmac } from 'node:crypto';
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import type { SignInClient } from '../clients/read-clients.ts';
import { type ClaimsOf, personOf } from './accounts.ts';
import { createAdapterFactory } from './adapter.ts';
import { type ClientOf, isPublic, metadataOf } from './client-metadata.ts';
import type { Consents } from './consents.ts';
import { allowOwnForms } from './content-policy.ts';
import { tooManyRequests } from './errors.ts';
import { featuresOf, type ProviderPages } from './features.ts';
import { type ClaimsFor, finding } from './find-account.ts';
import { findGrant, policyFor } from './interaction-policy.ts';
import { ownersIn } from './sign-ins.ts';
import type { KeySet } from './signing-keys.ts';
import type { EndIfSuperseded } from './superseded-sign-ins.ts';
import { times } from './times.ts';
import { shareRefreshes } from './tokens/refresh-races.ts';
import { completeTokenAnswers } from './tokens/token-answers.ts';

export interface ProviderOptions {
  /** The public URL. The provider is mounted at the URL's path. */
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
  /** A digest of the widest network that the client's address belongs to; null outside of requests. */
  readonly networkOfRequest: () => string | null;
  /** Whether the present request may begin one more sign-in. */
  readonly mayBegin: () => boolean;
  /** In ms since 1970. */
  readonly now: () => number;
}

/**
 * The claims that a client gets with each scope. `openid` alone includes `library_standing`, because many relying
 * parties can't request other scopes.
 */
const claimsOfScopes = {
  openid: ['sub', 'library_standing'],
  patron: ['patron_id'],
  age_band: ['age_band'],
};

/**
 * The share of a refresh token's life, in percent, after which the next use replaces the token. Applies to confidential
 * clients only.
 */
const renewedAfterPercent = 70;
/**
 * The longest life of an assertion with which a client authenticates itself, in seconds. Each assertion is stored until
 * it expires.
 */
const maxAssertionSeconds = 600;

/**
 * Configures oidc-provider: only the code flow, with PKCE unless the clients file exempts the client. A provider can't
 * change its keys, so each set of keys needs a new provider. All these providers share one state.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, state, keys, claimsOf, endIfSuperseded, pages, now } = options;
  const clients = new Map(options.clients.map((client) => [client.id, client]));
  const clientOf: ClientOf = (id) => {
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
  const adapter = createAdapterFactory(state, now, ownersIn(state), options.networkOfRequest);
  const configuration: Configuration = {
    adapter,
    clients: options.clients.map(metadataOf),
    jwks: { keys: [...keys.keys] as NonNullable<Configuration['jwks']>['keys'] },
    claims: claimsOfScopes,
    scopes: ['openid', 'offline_access', 'patron', 'age_band'],
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    responseTypes: ['code'],
    ...rulesForClients(clientOf, options),
    // Puts the claims of userinfo into ID tokens, too. So a client gets the current standing at each refresh.
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: cookiesOf(issuer, state),
    features: featuresOf(options, clientOf),
    ttl: ttls,
    // A public client's refresh token is replaced at each use (RFC 9700, section 2.2.2), because anybody who has the
    // token can use it.
    rotateRefreshToken: ({ oidc }) =>
      isPublic(clientOf(oidc.client?.clientId ?? '')) ||
      (oidc.entities.RefreshToken?.ttlPercentagePassed() ?? 0) >= renewedAfterPercent,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // Refresh tokens outlive the session, which lasts an hour. Signing out ends them (`endAllAtSignOut`).
    expiresWithSession: () => false,
    interactions: {
      policy: policyFor(clientOf, endIfSuperseded),
      url: (ctx, { uid }) => `${new URL(ctx.oidc.issuer).pathname}/interaction/${uid}`,
    },
    // When the provider makes a logout token, there is no request, so `ctx` is undefined.
    pairwiseIdentifier: async (ctx: object | undefined, accountId, { clientId }) =>
      (await claimsFor(ctx ?? {}, accountId, clientId)).sub,
    fetch: fetchInOwnNetwork,
    findAccount: finding(claimsFor, clientOf, endIfSuperseded, now),
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
  provider.use(allowOwnForms);
  shareRefreshes(provider, state, now);
  completeTokenAnswers(provider, adapter('AccessToken'), now);
  return provider;
}

/**
 * Sets what clients' requests must contain, how clients authenticate themselves, and from which origins browsers may send
 * requests.
 */
function rulesForClients(
  clientOf: ClientOf,
  { mayBegin, now }: Pick<ProviderOptions, 'mayBegin' | 'now'>,
): Configuration {
  return {
    pkce: {
      required: ({ oidc }, { clientId }) =>
        !clientOf(clientId).withoutPkce || oidc.params?.nonce === undefined,
    },
    extraParams: requestChecks(clientOf, mayBegin),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    assertJwtClientAuthClaimsAndHeader(_ctx, { exp }) {
      if (Number(exp) > now() / 1000 + maxAssertionSeconds) {
        throw new errors.InvalidClientAuth('the assertion is valid for too long');
      }
    },
    // Pages in a browser may send requests from the origins of the client's redirect URIs.
    clientBasedCORS: (_ctx, origin, { redirectUris = [] }) =>
      redirectUris.some((uri) => /^https?:/.test(uri) && new URL(uri).origin === origin),
  };
}

/**
 * The checks of authorization requests, including pushed ones. The name of each check is the parameter that it checks.
 * The provider calls every check, even if the request lacks the parameter.
 */
const requestChecks = (clientOf: ClientOf, mayBegin: () => boolean) => ({
  /** Rejects a request without `openid` before the reader types a PIN. There is no consent without this scope. */
  scope(_ctx: KoaContextWithOIDC, scope: string | undefined) {
    if (scope?.split(' ').includes('openid') !== true) {
      throw new errors.InvalidScope('the scope openid is needed', 'openid');
    }
  },
  /** Anybody can push requests for a public client. Such requests therefore count towards the limit on begun sign-ins. */
  client_id(ctx: KoaContextWithOIDC, id: string | undefined) {
    const isPushed = ctx.oidc.route === 'pushed_authorization_request';
    if (isPushed && isPublic(clientOf(id ?? '')) && !mayBegin()) {
      throw tooManyRequests();
    }
  },
});

/**
 * By default, the provider refuses to send requests to addresses that are not public. Here its requests go only to URLs
 * that the operator has configured, for logout tokens and clients' keys. The URLs may be in the library's own network.
 */
function fetchInOwnNetwork(
  url: string | URL | Request,
  init: RequestInit & { readonly dispatcher?: unknown } = {},
) {
  const { dispatcher: _refuses, ...options } = init;
  return globalThis.fetch(url, options);
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
 * The provider's cookies: their names, options and keys. Browsers accept a cookie named `__Host-…` only over https, and
 * send it only to this host. No other host can set it.
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
