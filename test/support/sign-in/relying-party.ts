import * as client from 'openid-client';
import { callbacksAt, magazinesKey, type Party, type RunningSignIn, secrets } from './running-sign-in.ts';

const ids: Readonly<Record<Party, string>> = {
  ebooks: 'ebooks',
  audiobooks: 'audiobooks',
  app: 'reader-app',
  web: 'reader-web',
  pages: 'reader-pages',
  staff: 'staff-web',
  comics: 'comics',
  magazines: 'magazines',
  turnstile: 'turnstile',
};

/** An authorization request, and the values that the relying party keeps for its checks. */
export interface Begun {
  readonly url: URL;
  readonly checks: {
    readonly pkceCodeVerifier: string;
    readonly expectedState: string;
    readonly expectedNonce: string;
  };
}

/** A relying party made with `openid-client`, which checks PKCE, state, nonce and `iss`. */
export interface RelyingParty {
  readonly config: client.Configuration;
  begin(more?: Readonly<Record<string, string>>): Promise<Begun>;
  /** Exchanges the code for tokens. `callback` is the URL to which the browser was redirected. */
  finish(begun: Begun, callback: string): Promise<Tokens>;
  refresh(refreshToken: string | undefined): Promise<Tokens>;
}

export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

export async function relyingParty(
  { issuer, parties }: Pick<RunningSignIn, 'issuer' | 'parties'>,
  party: Party,
): Promise<RelyingParty> {
  const config = await client.discovery(
    issuer,
    ids[party],
    party === 'audiobooks' ? { id_token_signed_response_alg: 'ES256' } : {},
    await authenticationOf(party),
    { execute: [client.allowInsecureRequests] },
  );
  return {
    config,
    async begin(more = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const expectedState = client.randomState();
      const expectedNonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callbacksAt(parties)[party],
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...more,
      });
      return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
    },
    finish: ({ checks }, callback) => client.authorizationCodeGrant(config, new URL(callback), checks),
    refresh: (refreshToken) => client.refreshTokenGrant(config, refreshToken ?? ''),
  };
}

async function authenticationOf(party: Party): Promise<client.ClientAuth> {
  if (party === 'magazines') {
    const pkcs8 = magazinesKey.privateKey.export({ format: 'der', type: 'pkcs8' });
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']);
    return client.PrivateKeyJwt({ key, kid: 'magazines' });
  }
  return party in secrets ? client.ClientSecretBasic(secrets[party as keyof typeof secrets]) : client.None();
}
