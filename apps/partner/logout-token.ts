/**
 * How the library tells that a reader is signed out there: OpenID Connect Back-Channel Logout 1.0, with `jose`. Copy this file beside
 * `library.ts`.
 */
import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { CustomFetch } from 'openid-client';

export interface LogoutTokenOptions {
  /** `issuer` and `jwks_uri` of the library's metadata. */
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly clientId: string;
}

/** One that was held back for longer is refused. */
const maxAgeSeconds = 300;

/** The library's keys: read at the first logout token, and again when one names a key that is not among them. */
export const keysAt = (jwksUri: string, fetch: CustomFetch | undefined): JWTVerifyGetKey =>
  createRemoteJWKSet(
    new URL(jwksUri),
    fetch === undefined
      ? {}
      : {
          [customFetch]: (url, { headers, ...options }) =>
            fetch(url, { ...options, headers: Object.fromEntries(headers), body: undefined }),
        },
  );

/**
 * The library's session that is over, as `sid` of the ID tokens from it. Checks signature, issuer, client and age, and what tells a
 * logout token from an ID token (section 2.6). Rejects if it is none, or if the library's keys can't be read.
 */
export async function endedSession(
  token: string,
  { issuer, keys, clientId }: LogoutTokenOptions,
): Promise<string> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: clientId,
    typ: 'logout+jwt',
    maxTokenAge: maxAgeSeconds,
  });
  const { sid } = payload;
  if (!isAboutSigningOut(payload) || typeof sid !== 'string') {
    throw new TypeError('it is signed by the library, and no logout token');
  }
  return sid;
}

const isAboutSigningOut = ({ events, nonce }: JWTPayload): boolean =>
  typeof events === 'object' &&
  events !== null &&
  'http://schemas.openid.net/event/backchannel-logout' in events &&
  nonce === undefined;
