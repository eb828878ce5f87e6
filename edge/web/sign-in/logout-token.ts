/**
 * Reads logout tokens, with which a provider says that a session has ended (OpenID Connect Back-Channel Logout 1.0).
 */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Configuration } from 'openid-client';
import { z } from 'zod';
import { ProviderUnavailable } from './provider.ts';

interface LogoutTokenOptions {
  readonly issuer: string;
  /** The client id. */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/**
 * The claims of a logout token (section 2.4 of the specification). Only an ID token may have a nonce. The header `typ` is
 * not checked: it is only recommended, and the provider of staff may send another value or none. Checking the event is
 * enough, because no other kind of token has this event.
 */
const claims = z.object({
  sid: z.string().min(1),
  events: z.object({ 'http://schemas.openid.net/event/backchannel-logout': z.object({}) }),
  nonce: z.never().optional(),
});

/** The maximum age of a logout token. Older tokens are refused. */
const maxAgeSeconds = 300;
const keysTimeoutMs = 5_000;

/**
 * The provider's keys. They are fetched at the first use. They are fetched again when a token names an unknown key, or
 * when they are older than ten minutes (jose's default).
 * @throws ProviderUnavailable if the provider publishes no keys
 */
export function keysOf(config: Configuration): JWTVerifyGetKey {
  const { jwks_uri: url } = config.serverMetadata();
  if (url === undefined) {
    throw new ProviderUnavailable('the provider publishes no keys');
  }
  return createRemoteJWKSet(new URL(url), { timeoutDuration: keysTimeoutMs });
}

/**
 * The id of the ended session. Null if the token isn't a logout token for this client.
 * @throws ProviderUnavailable
 */
export async function sessionOf(
  token: string,
  { issuer, audience, keys }: LogoutTokenOptions,
): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, maxTokenAge: maxAgeSeconds });
    return claims.safeParse(payload).data?.sid ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError && !isAboutKeys(error)) {
      return null;
    }
    throw new ProviderUnavailable('the keys of the provider can not be read', { cause: error });
  }
}

/**
 * Whether the error means that the keys could not be fetched. For an unexpected status or body, jose throws an error of
 * its base class.
 */
const isAboutKeys = (error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code;
