import * as openid from 'openid-client';
import { z } from 'zod';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import { keysOf, sessionOf } from './logout-token.ts';
import { lifetimeSeconds, type PendingSignIn } from './pending-sign-ins.ts';
import { ProviderUnavailable, providerTimeoutMs } from './provider.ts';
import type { SignedInPerson, Tokens } from './signed-in-person.ts';

export interface RelyingPartyOptions {
  /** The provider's issuer. Its configuration is at `/.well-known/openid-configuration` below this URL. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes besides `openid`, separated by blanks. */
  readonly scope: string;
  /** The resource that access tokens are for (RFC 8707). Null if the provider needs none. */
  readonly resource: string | null;
  /** Whether people must prove who they are each time, even if the provider has a session in the browser. */
  readonly asksAgain: boolean;
  /** The URL to which the provider sends the browser back with a code. */
  readonly redirectUri: URL;
  /** The URL to which the provider sends the browser after signing out. */
  readonly signedOutUri: URL;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** The provider refused, or gave an invalid answer, or the answer to another request. `code` is safe to log. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  readonly code: string;

  constructor(code: string) {
    super(`signing in failed: ${code}`);
    this.code = code;
  }
}

export interface RelyingParty {
  /**
   * Begins a sign-in. `url` is the provider's sign-in page in the language. Keep `pending` until the browser comes back.
   * @throws ProviderUnavailable
   */
  begin(to: string, language: string): Promise<{ readonly url: URL; readonly pending: PendingSignIn }>;
  /**
   * Completes a sign-in. `url` is the URL with which the browser came back.
   * @throws SignInFailed, ProviderUnavailable
   */
  complete(url: URL, pending: PendingSignIn): Promise<SignedInPerson>;
  /**
   * Gets new tokens. `scopes` are the scopes granted before, because a provider need not repeat them.
   * @throws SignInFailed if the provider has ended the session; ProviderUnavailable
   */
  refresh(refreshToken: string, scopes: readonly string[]): Promise<Tokens>;
  /**
   * Makes the provider forget the token.
   * @throws ProviderUnavailable, SignInFailed
   */
  revoke(refreshToken: string): Promise<void>;
  /**
   * The provider's session that the logout token ends. Null if the provider didn't issue the token for this client.
   * @throws ProviderUnavailable
   */
  endedSession(logoutToken: string): Promise<string | null>;
  /**
   * The URL of the provider's sign-out page, or `signedOutUri` if the provider has none. The URL identifies nobody.
   * @throws ProviderUnavailable
   */
  signOutUrl(): Promise<URL>;
}

const claimsShape = z.object({
  sub: z.string(),
  sid: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  patron_id: z.string().optional(),
  auth_time: z.number().optional(),
});

/** The provider's clock may be this far behind ours. */
const clockToleranceSeconds = 5;

/** Creates the client. If the provider's configuration can't be read, the next call reads it again. */
export function createRelyingParty(options: RelyingPartyOptions): RelyingParty {
  const { clientId, redirectUri, signedOutUri, asksAgain } = options;
  const resource = withoutUndefined({ resource: options.resource ?? undefined });
  const scope = ['openid', options.scope].join(' ').trim();
  const configuration = rememberSuccess(() => discover(options));
  const keys = rememberSuccess(async () => keysOf(await atProvider(configuration())));
  return {
    async begin(to, language) {
      const config = await atProvider(configuration());
      const pending = {
        to,
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
        begunAt: Math.floor(options.now() / 1000),
      };
      const parameters = withoutUndefined({
        redirect_uri: redirectUri.href,
        scope,
        ui_locales: language,
        ...resource,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        prompt: asksAgain ? 'login' : undefined,
        // With `max_age`, the ID token contains the time of the sign-in.
        max_age: asksAgain ? String(lifetimeSeconds) : undefined,
      });
      return { url: openid.buildAuthorizationUrl(config, parameters), pending };
    },
    async complete(url, { state, nonce, codeVerifier, begunAt }) {
      const config = await atProvider(configuration());
      const checks = {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      };
      const answer = await atProvider(openid.authorizationCodeGrant(config, url, checks, resource));
      const claims = claimsShape.parse(answer.claims());
      // A person may have removed `prompt` from the URL in the browser, to use the provider's existing session. So the
      // time of the sign-in is checked.
      if (asksAgain && (claims.auth_time ?? 0) < begunAt - clockToleranceSeconds) {
        throw new SignInFailed('not_asked_again');
      }
      const patronId = claims.patron_id ?? null;
      return {
        // For a reader, `sub` is a pseudonym, so the page takes the name from the graph.
        name: patronId === null ? (claims.name ?? claims.preferred_username ?? claims.sub) : null,
        patronId,
        providerSession: claims.sid ?? null,
        tokens: tokensOf(answer, { refreshToken: null, scopes: scope.split(' ') }, options.now),
      };
    },
    async refresh(refreshToken, scopes) {
      const config = await atProvider(configuration());
      const answer = await atProvider(openid.refreshTokenGrant(config, refreshToken, resource));
      return tokensOf(answer, { refreshToken, scopes }, options.now);
    },
    async revoke(refreshToken) {
      const config = await atProvider(configuration());
      await atProvider(openid.tokenRevocation(config, refreshToken, { token_type_hint: 'refresh_token' }));
    },
    async endedSession(logoutToken) {
      const config = await atProvider(configuration());
      const { issuer } = config.serverMetadata();
      return await sessionOf(logoutToken, { issuer, audience: clientId, keys: await keys() });
    },
    async signOutUrl() {
      const config = await atProvider(configuration());
      if (config.serverMetadata().end_session_endpoint === undefined) {
        return signedOutUri;
      }
      // The URL has the client's id and no ID token, because an ID token identifies a person, and URLs are logged.
      return openid.buildEndSessionUrl(config, {
        client_id: clientId,
        post_logout_redirect_uri: signedOutUri.href,
      });
    },
  };
}

async function discover({
  issuer,
  clientId,
  clientSecret,
}: RelyingPartyOptions): Promise<openid.Configuration> {
  const execute = issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : [];
  const authentication = openid.ClientSecretBasic(clientSecret);
  return await openid.discovery(issuer, clientId, undefined, authentication, {
    timeout: providerTimeoutMs / 1000,
    execute,
  });
}

/** A token whose lifetime the provider didn't send is renewed after a minute. */
const unknownLifetimeSeconds = 60;

function tokensOf(
  answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers,
  last: { readonly refreshToken: string | null; readonly scopes: readonly string[] },
  now: () => number,
): Tokens {
  return {
    accessToken: answer.access_token,
    accessExpiresAt: now() + (answer.expires_in ?? unknownLifetimeSeconds) * 1000,
    refreshToken: answer.refresh_token ?? last.refreshToken,
    // If the answer contains no scopes, the provider granted `last.scopes` (RFC 6749, sections 5.1 and 6).
    scopes: answer.scope?.split(' ') ?? [...last.scopes],
  };
}

/**
 * Resolves as `answer` does. Rejects with SignInFailed if the provider refuses, or if its answer isn't valid. A refusal
 * has the provider's error code (RFC 6749). Rejects with ProviderUnavailable for all other errors. Error descriptions
 * are dropped, because they may name a person.
 */
async function atProvider<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch (error) {
    const isRefusal =
      error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError;
    if (isRefusal && error.error !== 'temporarily_unavailable' && error.error !== 'server_error') {
      throw new SignInFailed(error.error);
    }
    if (error instanceof openid.ClientError && !isNoAnswer(error)) {
      throw new SignInFailed(error.code ?? 'invalid_answer');
    }
    throw new ProviderUnavailable('the provider does not answer', { cause: error });
  }
}

/**
 * Whether the error means that the provider is unreachable. An answer with an unexpected status or body counts, too: it
 * comes from a proxy in front of a provider that doesn't answer.
 */
const isNoAnswer = ({ code }: openid.ClientError): boolean =>
  code === 'OAUTH_TIMEOUT' ||
  code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' ||
  code === 'OAUTH_RESPONSE_IS_NOT_JSON';

/** Calls `ask` once, and remembers the result. After a failure, the next call tries again. */
function rememberSuccess<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | null = null;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}
