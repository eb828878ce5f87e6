/**
 * Signs readers in to an e-book service at the library. Uses OpenID Connect with `openid-client`, which checks state,
 * nonce, PKCE, `iss` and every signature. Copy this file and `logout-token.ts`. docs/guides/sign-in.md explains the
 * terms.
 */
import type { JWTVerifyGetKey } from 'jose';
import * as client from 'openid-client';
import { endedSession, keysAt } from './logout-token.ts';

export interface LibraryOptions {
  /** The address of the library's sign-in service, such as `https://sign-in.library.example/sign-in`. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * The addresses to which the library sends the reader back: `redirectUri` with the code after a sign-in, and
   * `signedOutUri` after a sign-out. The library must have registered exactly these two addresses for this service.
   */
  readonly redirectUri: URL;
  readonly signedOutUri: URL;
  /** Calls the library. The default is the platform's `fetch`. */
  readonly fetch?: client.CustomFetch;
}

/** The data that the service has about a reader. */
export interface Reader {
  /**
   * The reader's pseudonym. It stays the same, even after the reader's cards change. Every other service gets a
   * different pseudonym.
   */
  readonly pseudonym: string;
  /** If `not_good`, lend nothing new, and send the reader to the library. */
  readonly standing: 'good' | 'not_good';
}

/** The data of a sign-in that has begun. Keep it in the reader's session and nowhere else. */
export interface PendingSignIn {
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
}

/** A reader who has signed in. The tokens stay on the server. */
export interface SignedIn {
  readonly reader: Reader;
  /**
   * The id of the reader's session at the library, from `sid` of the ID token. When this session ends, the library
   * sends a logout token that contains the id.
   */
  readonly librarySession: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

/**
 * The outcome of a sign-in or a renewal. `declined`: the reader refused to sign in or to give consent. `over`: the
 * reader must sign in again. `unavailable`: the library doesn't answer at present, so try again later. A reader who is
 * already signed in stays signed in.
 */
export type Outcome =
  | { readonly kind: 'signedIn'; readonly signedIn: SignedIn }
  | { readonly kind: 'declined' | 'over' | 'unavailable' };

export class Library {
  readonly #options: LibraryOptions;
  #configuration: Promise<client.Configuration> | null = null;
  #keys: JWTVerifyGetKey | null = null;
  readonly #renewals = new Map<string, Promise<Outcome>>();

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /** Begins a sign-in. Send the reader to `url`, and keep `pending`. Null if the library can't be reached. */
  async begin(): Promise<{ readonly url: URL; readonly pending: PendingSignIn } | null> {
    const configuration = await this.#discover();
    if (configuration === null) {
      return null;
    }
    const pending = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#options.redirectUri.href,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(pending.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: pending.expectedState,
      nonce: pending.expectedNonce,
    });
    return { url, pending };
  }

  /**
   * Call this when the reader has come back from the library. `query` is the query of the URL at which the reader came
   * back.
   */
  finish(pending: PendingSignIn, query: string): Promise<Outcome> {
    const callback = new URL(query, this.#options.redirectUri);
    return this.#obtain((configuration) =>
      client.authorizationCodeGrant(configuration, callback, { ...pending, idTokenExpected: true }),
    );
  }

  /**
   * Reads the reader's current standing. Call this before lending. The outcome may contain a new refresh token, so
   * replace the stored `SignedIn` by the outcome's. Simultaneous calls, for example after a double click, share one
   * request.
   */
  renew({ refreshToken }: SignedIn): Promise<Outcome> {
    const underWay = this.#renewals.get(refreshToken);
    if (underWay !== undefined) {
      return underWay;
    }
    const renewal = this.#obtain(
      (configuration) => client.refreshTokenGrant(configuration, refreshToken),
      refreshToken,
    );
    this.#renewals.set(refreshToken, renewal);
    return renewal.finally(() => this.#renewals.delete(refreshToken));
  }

  /**
   * The URL that signs the reader out at the library, too. Send the reader there. Null if the library can't be reached.
   */
  async signOutUrl({ idToken }: SignedIn): Promise<URL | null> {
    const configuration = await this.#discover();
    return configuration === null
      ? null
      : client.buildEndSessionUrl(configuration, {
          id_token_hint: idToken,
          post_logout_redirect_uri: this.#options.signedOutUri.href,
        });
  }

  /**
   * Reads a logout token from the library. The token means that a reader has signed out at the library, has set a new
   * PIN, or has withdrawn consent. Resolves to the id of the ended session. Null if the token is invalid or can't be
   * checked now. The standard requires the same response in both cases.
   */
  async sessionEndedBy(logoutToken: string): Promise<string | null> {
    const configuration = await this.#discover();
    const { issuer, jwks_uri: jwksUri } = configuration?.serverMetadata() ?? {};
    if (issuer === undefined || jwksUri === undefined) {
      return null;
    }
    this.#keys ??= keysAt(jwksUri, this.#options.fetch);
    const checks = { issuer, keys: this.#keys, clientId: this.#options.clientId };
    return await endedSession(logoutToken, checks).catch(() => null);
  }

  /** @param kept the refresh token to keep if the answer has no new one */
  async #obtain(
    grant: (
      configuration: client.Configuration,
    ) => Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>,
    kept = '',
  ): Promise<Outcome> {
    const configuration = await this.#discover();
    if (configuration === null) {
      return { kind: 'unavailable' };
    }
    try {
      const tokens = await grant(configuration);
      const claims = tokens.claims();
      const standing = claims?.library_standing === 'good' ? 'good' : 'not_good';
      const reader: Reader = { pseudonym: claims?.sub ?? '', standing };
      const librarySession = typeof claims?.sid === 'string' ? claims.sid : '';
      const { refresh_token: refreshToken = kept, id_token: idToken = '' } = tokens;
      return { kind: 'signedIn', signedIn: { reader, librarySession, refreshToken, idToken } };
    } catch (error) {
      return { kind: whatItMeans(error) };
    }
  }

  /** Reads the library's endpoints once. After a failure, the next call tries again. */
  #discover(): Promise<client.Configuration | null> {
    const { issuer, clientId, clientSecret, fetch } = this.#options;
    const options: client.DiscoveryRequestOptions = {
      // Plain HTTP is only allowed for a library on this machine. On a network, others could read the code.
      execute: issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [],
    };
    if (fetch !== undefined) {
      options[client.customFetch] = fetch;
    }
    const authentication = client.ClientSecretBasic(clientSecret);
    this.#configuration ??= client.discovery(issuer, clientId, {}, authentication, options);
    return this.#configuration.catch(() => {
      this.#configuration = null;
      return null;
    });
  }
}

/**
 * Maps an error to an outcome. The outcome is `over`, for example, if the sign-in failed, or if the refresh token was
 * already used.
 */
function whatItMeans(error: unknown): 'declined' | 'over' | 'unavailable' {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    switch (error.error) {
      case 'access_denied':
        return 'declined';
      case 'temporarily_unavailable':
        return 'unavailable';
      default:
        return 'over';
    }
  }
  if (error instanceof client.ClientError) {
    // OAuth defines no 503 for the token endpoint, so `openid-client` reports a 503 as an invalid answer.
    const isOverloaded = error.cause instanceof Response && error.cause.status >= 500;
    return isOverloaded || error.code === 'OAUTH_TIMEOUT' ? 'unavailable' : 'over';
  }
  // `fetch` itself failed.
  return 'unavailable';
}
