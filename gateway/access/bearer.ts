import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { anonymous, type Identity } from './caller.ts';

/** Whose tokens are accepted: the keys that verify them, and the expected `iss` and `aud`. */
export interface Issuer {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
}

/** An issuer with a JWK Set at `url`. It is fetched at first use, and again when a token names an unknown key. */
export function remoteIssuer({
  url,
  ...expectedClaims
}: {
  readonly url: URL;
  readonly issuer: string;
  readonly audience: string;
}): Issuer {
  return { keys: createRemoteJWKSet(url), ...expectedClaims };
}

/** The token is not acceptable (401), or the issuer's keys are not available (503). The message never quotes the token. */
export class BearerError extends Error {
  override readonly name = 'BearerError';
  readonly status: 401 | 503;

  constructor(status: 401 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

/** Only asymmetric algorithms: a party that verifies tokens must not be able to issue them. */
const algorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'];
/** Seconds by which the issuer's clock and ours may differ. */
const clockTolerance = 5;

const claims = z.object({
  iss: z.string(),
  sub: z.string().min(1).optional(),
  patron_id: z.string().min(1).optional(),
  client_id: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/**
 * Verifies an `Authorization` header and returns the caller's identity; without a header, {@link anonymous}.
 * @throws BearerError and nothing else.
 */
export async function authenticate(header: string | undefined, issuer: Issuer): Promise<Identity> {
  if (header === undefined) {
    return anonymous;
  }
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new BearerError(401, 'The Authorization header must be `Bearer` and a token.');
  }
  const payload = await verify(token, issuer);
  return {
    authenticated: true,
    issuer: payload.iss,
    subject: payload.sub ?? null,
    patronId: payload.patron_id ?? null,
    clientId: payload.client_id ?? null,
    scopes: new Set(payload.scope?.split(' ').filter((scope) => scope !== '')),
  };
}

async function verify(token: string, { keys, issuer, audience }: Issuer): Promise<z.infer<typeof claims>> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer,
      audience,
      clockTolerance,
      requiredClaims: ['exp'],
    });
    return claims.parse(payload);
  } catch (error) {
    throw bearerErrorOf(error);
  }
}

function bearerErrorOf(error: unknown): BearerError {
  if (error instanceof errors.JWTExpired) {
    return new BearerError(401, 'The token has expired.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new BearerError(401, `The token's claim \`${error.claim}\` is missing or not the expected one.`);
  }
  if (error instanceof z.ZodError) {
    return new BearerError(
      401,
      `The token's claim \`${error.issues[0]?.path.join('.')}\` is not a string, or empty.`,
    );
  }
  if (isTokenFault(error)) {
    return new BearerError(401, 'The token is malformed, or was not signed by the issuer.');
  }
  return new BearerError(503, "The issuer's keys can't be fetched, so the token can't be checked.");
}

function isTokenFault(error: unknown): boolean {
  return (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
