/**
 * Reads logout tokens, with which the library reports that a reader has signed out (OpenID Connect Back-Channel Logout
 * 1.0). Uses `jose`. Copy this file together with `library.ts`.
 */
import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { CustomFetch } from 'openid-client';

export interface LogoutTokenOptions {
  /** The `issuer` of the library's metadata. */
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly clientId: string;
}

/** The maximum age of a token. Older tokens are refused. */
const maxAgeSeconds = 300;

/**
 * The library's public keys, to check logout tokens. They are fetched when a logout token arrives, and kept for ten
 * minutes. They are fetched sooner if a token was signed with an unknown key.
 */
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
 * The id of the library's session that has ended. It equals `sid` in ID tokens. Checks signature, issuer, client and
 * age, and that the token is not an ID token (section 2.6). Rejects if the token is invalid, or if the library's keys
 * can't be fetched.
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
