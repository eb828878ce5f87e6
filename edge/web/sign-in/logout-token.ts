/** OpenID Connect Back-Channel Logout 1.0: how the provider says that somebody's session is over. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Configuration } from 'openid-client';
import { z } from 'zod';
import { ProviderUnavailable } from './provider.ts';

interface LogoutTokenOptions {
  readonly issuer: string;
  /** The client's id. */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/**
 * Section 2.4. A nonce would be an ID token's. The header's `typ` is only recommended there, and staff may sign in at a provider that
 * sends another or none: no other token has this event.
 */
const claims = z.object({
  sid: z.string().min(1),
  events: z.object({ 'http://schemas.openid.net/event/backchannel-logout': z.object({}) }),
  nonce: z.never().optional(),
});

/** An older token is refused. */
const maxAgeSeconds = 300;
const keysTimeoutMs = 5_000;

/** The provider's keys, fetched when they are needed, and again for an unknown one. @throws ProviderUnavailable where it has none */
export function keysOf(config: Configuration): JWTVerifyGetKey {
  const { jwks_uri: url } = config.serverMetadata();
  if (url === undefined) {
    throw new ProviderUnavailable('the provider publishes no keys');
  }
  return createRemoteJWKSet(new URL(url), { timeoutDuration: keysTimeoutMs });
}

/** The session that is over; null for what is no logout token for this client. @throws ProviderUnavailable */
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

/** The keys could not be fetched. For an unexpected status or body, jose throws its base class. */
const isAboutKeys = (error: errors.JOSEError): boolean =>
  error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code;
