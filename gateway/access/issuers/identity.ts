import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { audienceOfToken } from '../audience-of-token.ts';
import { BearerError } from '../bearer-error.ts';
import type { Identity } from '../caller.ts';
import type { Grant, IssuerEntry } from './entry.ts';

const text = z.string().min(1);
/** A session's id is stored with changes, so its length is limited. A sign-in with a longer `sid` has no id. */
const sessionId = z.string().min(1).max(64);
/** A time in whole seconds since 1970. */
const time = z.int().nonnegative();
const texts = z.union([z.string(), z.array(z.string())]);

/**
 * Returns the caller that a verified payload names, without anything that the issuer may not grant.
 *
 * With `claims: { scopes: ['scope', 'permissions'], clientId: ['azp'], … }` and
 * `grants: [{ clients: ['ebooks'], audience: 'partner', scopes: ['partner:verify'], partner: 'hyread' }]`:
 *
 * | payload | caller |
 * |---|---|
 * | `azp: 'ebooks', scope: 'openid partner:verify patrons:read', patron_id: 'P0000001'` | partner `hyread` with `partner:verify`, and no patron |
 * | `azp: 'another'` | BearerError 401 |
 *
 * @param keptClaims The names of the claims that the identity keeps as they are.
 * @throws BearerError 401 if the issuer has no grant for the client, or if a claim has the wrong type.
 */
export function identityOf(
  payload: JWTPayload,
  { issuer, claims, grants, clockToleranceSeconds }: IssuerEntry,
  keptClaims: Iterable<string> = [],
): Identity {
  const clientId = firstOf(payload, claims.clientId);
  const grant = grantOf(clientId, grants);
  const patronId = grant.patronId ? claimOf(payload, claims.patronId, text) : null;
  const scopes = scopesOf(payload, claims.scopes, grant);
  const signedInAt = claimOf(payload, 'auth_time', time);
  const session = sessionId.safeParse(payload.sid).data;
  return {
    authenticated: true,
    issuer,
    subject: claimOf(payload, claims.subject, text),
    patronId,
    signedInAt,
    signInId: session === undefined || signedInAt === null ? null : `${session} ${signedInAt}`,
    issuedAt: payload.iat ?? null,
    expiresAt: payload.exp === undefined ? null : (payload.exp + clockToleranceSeconds) * 1000,
    clientId,
    partner: grant.partner ?? clientId,
    branch: claimOf(payload, claims.branch, text),
    scopes,
    claims: keptOf(payload, keptClaims),
    audience: audienceOfToken({ patronId, scopes }, grant.audience),
  };
}

function keptOf(payload: JWTPayload, names: Iterable<string>): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const name of names) {
    if (Object.hasOwn(payload, name)) {
      kept[name] = payload[name];
    }
  }
  return kept;
}

/** @throws BearerError 401 */
function grantOf(clientId: string | null, grants: readonly Grant[]): Grant {
  const grant =
    grants.find(({ clients }) => clientId !== null && clients?.includes(clientId)) ??
    grants.find(({ clients }) => clients === null);
  if (grant === undefined) {
    throw new BearerError(401, "The token's issuer is not trusted with tokens for this client.");
  }
  return grant;
}

function scopesOf(payload: JWTPayload, names: readonly string[], { scopes }: Grant): ReadonlySet<string> {
  const claimed = names.flatMap((name) => {
    const claim = claimOf(payload, name, texts) ?? [];
    return typeof claim === 'string' ? claim.split(' ').filter((scope) => scope !== '') : claim;
  });
  return new Set(scopes === null ? claimed : claimed.filter((scope) => scopes.has(scope)));
}

function firstOf(payload: JWTPayload, names: readonly string[]): string | null {
  for (const name of names) {
    const claim = claimOf(payload, name, text);
    if (claim !== null) {
      return claim;
    }
  }
  return null;
}

/** Returns null if the token has no claim of this name. @throws BearerError 401 */
function claimOf<T>(payload: JWTPayload, name: string, type: z.ZodType<T>): T | null {
  if (!Object.hasOwn(payload, name)) {
    return null;
  }
  const { success, data } = type.safeParse(payload[name]);
  if (!success) {
    throw new BearerError(
      401,
      `The token's claim \`${name}\` has another type than configured, or is empty.`,
    );
  }
  return data;
}
