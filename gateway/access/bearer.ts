import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import { BearerError } from './bearer-error.ts';
import { anonymous, type Identity } from './caller.ts';
import type { IssuerEntry } from './issuers/entry.ts';
import { identityOf } from './issuers/identity.ts';
import { type IssuerKeys, KeysUnavailable } from './issuers/keys.ts';
import { RememberedTokens } from './remembered-tokens.ts';

export interface Issuer {
  readonly entry: IssuerEntry;
  readonly keys: IssuerKeys;
}

/**
 * Verifies an `Authorization` header and returns the caller's identity. Without a header, the identity is
 * {@link anonymous}.
 * @throws BearerError and no other error.
 */
export type Authenticate = (header: string | undefined) => Promise<Identity>;

/** Verifies tokens, and remembers the tokens that it has accepted. */
export interface Authenticator {
  readonly authenticate: Authenticate;
  tokenStats(): CacheStats;
}

/**
 * Accepts the tokens of these issuers, which must differ in `iss`. `now` returns milliseconds since 1970. Identities
 * keep the claims that `keptClaims` names.
 */
export function createAuthenticator(
  issuers: readonly Issuer[],
  now: () => number = Date.now,
  keptClaims: ReadonlySet<string> = new Set(),
): Authenticator {
  const byIss = new Map(issuers.map((issuer) => [issuer.entry.issuer, issuer]));
  const remembered = new RememberedTokens();
  const authenticate: Authenticate = async (header) => {
    if (header === undefined) {
      return anonymous;
    }
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(header)?.[1];
    if (token === undefined) {
      throw new BearerError(401, 'The Authorization header must be `Bearer` and a token.');
    }
    const at = now();
    const known = remembered.get(token, at);
    if (known !== undefined) {
      return known;
    }
    try {
      const { entry, keys } = issuerOf(token, byIss);
      // The generation is a number that changes with the keys. It is read before the verification. If a key changes
      // during the verification, the token is remembered with the old generation, and so is never used.
      const { generation } = keys;
      const payload = await verify(token, entry, keys, at);
      const identity = identityOf(payload, entry, keptClaims);
      remembered.add(token, identity, { keys, generation }, at);
      return identity;
    } catch (error) {
      throw bearerErrorOf(error);
    }
  };
  return { authenticate, tokenStats: () => remembered.stats };
}

/** Finds the issuer by the token's own `iss`, which is verified later. @throws BearerError 401, or errors of jose. */
function issuerOf(token: string, byIss: ReadonlyMap<string, Issuer>): Issuer {
  const { iss } = decodeJwt(token);
  const issuer = byIss.get(iss ?? '');
  if (issuer === undefined) {
    throw new BearerError(401, "The token's claim `iss` is missing or not the expected one.");
  }
  return issuer;
}

async function verify(
  token: string,
  { issuer, audiences, algorithms, clockToleranceSeconds }: IssuerEntry,
  { find }: IssuerKeys,
  at: number,
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await jwtVerify(token, find, {
    issuer,
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(at),
    requiredClaims: ['exp'],
  });
  const type = String(protectedHeader.typ ?? 'jwt').toLowerCase();
  if (!types.has(type.replace(/^application\//, ''))) {
    throw new BearerError(401, "The token's header `typ` is that of another kind of token.");
  }
  refuseFuture(payload, at / 1000 + clockToleranceSeconds);
  if (payload.cnf !== undefined) {
    throw new BearerError(401, 'The token is bound to a key (`cnf`), which is not supported here.');
  }
  return payload;
}

/**
 * Refuses a token whose `auth_time` or `iat` is in the future. The sign-in of such a token would seem recent for too
 * long, and a change of PIN would not end the sign-in. jose doesn't check these times.
 * @throws BearerError 401
 */
function refuseFuture(payload: JWTPayload, latest: number): void {
  for (const name of ['auth_time', 'iat']) {
    if (Number(payload[name] ?? 0) > latest) {
      throw new BearerError(401, `The token's claim \`${name}\` is in the future.`);
    }
  }
}

/** The accepted values of a token's `typ`. RFC 9068 says `at+jwt`, but many issuers set `JWT` or no `typ` at all. */
const types: ReadonlySet<string> = new Set(['at+jwt', 'jwt']);

function bearerErrorOf(error: unknown): BearerError {
  if (error instanceof BearerError) {
    return error;
  }
  if (error instanceof KeysUnavailable) {
    return new BearerError(503, error.message);
  }
  if (error instanceof errors.JWTExpired) {
    return new BearerError(401, 'The token has expired.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new BearerError(401, `The token's claim \`${error.claim}\` is missing or not the expected one.`);
  }
  if (isTokenFault(error)) {
    return new BearerError(401, 'The token is malformed, or was not signed by the issuer.');
  }
  return new BearerError(503, "The token can't be checked.", { cause: error });
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
