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
import { ownersIn } from './sign-outs.ts';
import type { KeySet } from './signing-keys.ts';
import type { EndIfSuperseded } from './superseded-sign-ins.ts';
import { times } from './times.ts';

/** The provider's own pages. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, code: string, description: string): void;
  /** `form`: HTML of the form that signs out. Its id is `op.logoutForm`. */
  signOut(ctx: KoaContextWithOIDC, form: string): void;
  signedOut(ctx: KoaContextWithOIDC): void;
}

export interface ProviderOptions {
  /** Its path is where the provider is mounted. */
  readonly issuer: URL;
  readonly state: SealedState;
  readonly clients: readonly SignInClient[];
  readonly keys: KeySet;
  readonly claimsOf: ClaimsOf;
  readonly endIfSuperseded: EndIfSuperseded;
  readonly consents: Consents;
  /** `aud` of access tokens for the graph. */
  readonly graphAudience: string;
  readonly pages: ProviderPages;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** A relying party learns `sub` and the standing with `openid` alone: many can ask for nothing else. */
const claimsOfScopes = { openid: ['sub', 'library_standing'], patron: ['patron_id'] };

/**
 * oidc-provider as this library wants it: the code flow with PKCE and nothing else. Keys can't change in a provider, so there is a
 * new one for each set of keys; all of them keep their state in the same place.
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
    adapter: createAdapterFactory(state, now, ownersIn(state)),
    clients: options.clients.map(metadataOf),
    jwks: { keys: [...keys.keys] as NonNullable<Configuration['jwks']>['keys'] },
    claims: claimsOfScopes,
    scopes: ['openid', 'offline_access', 'patron'],
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    // ID tokens tell the standing as userinfo does, so that it is seen at each refresh.
    conformIdTokenClaims: false,
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: cookiesOf(issuer, state),
    features: featuresOf(options, clientOf),
    ttl: ttls,
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // They outlive the session's hour. Signing out ends them (`endAllAtSignOut`).
    expiresWithSession: () => false,
    interactions: {
      policy: policyFor(clientOf, endIfSuperseded),
      url: (ctx, { uid }) => `${new URL(ctx.oidc.issuer).pathname}/interaction/${uid}`,
    },
    // A logout token is made without a request.
    pairwiseIdentifier: async (ctx: object | undefined, accountId, { clientId }) =>
      (await claimsFor(ctx ?? {}, accountId, clientId)).sub,
    fetch: fetchInOwnNetwork,
    findAccount: finding(claimsFor, clientOf, endIfSuperseded),
    extraTokenClaims(_ctx, token) {
      const person = 'accountId' in token ? personOf(token.accountId) : null;
      // Only a token for the graph has an audience, and only the library's own clients get one.
      const isForGraph = token.aud !== undefined;
      return isForGraph && person?.kind === 'patron' ? { patron_id: person.patronId } : undefined;
    },
    loadExistingGrant: (ctx) => findGrant(ctx, clientOf, options.consents),
    renderError: (ctx, { error, error_description: description = '' }) =>
      pages.error(ctx, error, description),
  };
  return new Provider(issuer.href, configuration);
}

/**
 * The provider's requests refuse addresses of networks that are not public. Only logout tokens are sent anywhere here, to URLs that the
 * operator has chosen, and these may be in the library's own network.
 */
function fetchInOwnNetwork(
  url: string | URL | Request,
  init: RequestInit & { readonly dispatcher?: unknown } = {},
) {
  const { dispatcher: _refuses, ...options } = init;
  return globalThis.fetch(url, options);
}

type ClaimsFor = (request: object, accountId: string, clientId: string) => Promise<Claims>;

/** Asks the graph before a refresh token is used up: where the graph doesn't answer, the token can be sent again. */
const finding =
  (
    claimsFor: ClaimsFor,
    clientOf: (id: string) => SignInClient,
    endIfSuperseded: EndIfSuperseded,
  ): FindAccount =>
  async (ctx, accountId, token) => {
    if (token !== undefined && token.kind === 'RefreshToken') {
      const client = clientOf(token.clientId ?? '');
      if (await endIfSuperseded(ctx, accountId, client, token.authTime)) {
        throw new errors.InvalidGrant('the reader has to sign in again');
      }
      requireFreshSignIn(client, await claimsFor(ctx, accountId, client.id));
    }
    return {
      accountId,
      claims: async () => ({
        ...(await claimsFor(ctx, accountId, ctx.oidc.client?.clientId ?? '')),
        // The provider asks `pairwiseIdentifier` for the `sub` that a client sees.
        sub: accountId,
      }),
    };
  };

/**
 * The library's own clients act for the reader, so they end with the reader's standing: after a lost card, the person with the phone
 * must sign in again, which takes a card in use and its PIN. Other services are only told the standing.
 * @throws InvalidGrant
 */
function requireFreshSignIn({ firstParty }: SignInClient, { library_standing: standing }: Claims): void {
  if (firstParty && standing === 'not_good') {
    throw new errors.InvalidGrant('the reader has to sign in again');
  }
}

/** @throws Error that names the first client that the provider refuses. Without this it would fail at its first request. */
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
    // The provider wants one where redirect URIs have several hosts. Pseudonyms are the graph's, and made for the partner.
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

/** Browsers keep a cookie named `__Host-…` only over https, for one host, and no other host can set it. */
function cookiesOf(issuer: URL, state: SealedState): NonNullable<Configuration['cookies']> {
  const isSecure = issuer.protocol === 'https:';
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure: isSecure } as const;
  return {
    names: {
      session: `${isSecure ? '__Host-' : ''}sign-in`,
      // These two have a path.
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
    userinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    // RFC 7009: a client revokes its own tokens. Without this policy the provider prints a warning at each start.
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

/** A reader's session doesn't count for a client of staff, and the other way round. After a new PIN it doesn't count at all. */
function policyFor(clientOf: (id: string) => SignInClient, endIfSuperseded: EndIfSuperseded) {
  const policy = interactionPolicy.base();
  policy.get('login')?.checks.add(
    new interactionPolicy.Check('signed_in_before', 'the sign-in is over', 'login_required', (ctx) => {
      const { session, client } = ctx.oidc;
      return session?.accountId === undefined
        ? false
        : endIfSuperseded(ctx, session.accountId, clientOf(client?.clientId ?? ''), session.loginTs);
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

/** What the person has agreed to: in this request, in this session, or before. The library's own clients need no consent. */
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
