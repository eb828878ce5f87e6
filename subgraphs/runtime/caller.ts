import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { defaultLanguage, type Language, languages } from '../library/language.ts';
import type { Scope } from './scopes.ts';

/** Who asks, as the gateway found out. Nobody signed in: `authenticated` is false and the rest is empty. */
export interface Caller {
  readonly authenticated: boolean;
  /** The token's `iss` and `sub`: who it is, only together, for two issuers may give the same subject. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The patron who is signed in; null for staff, stations and partners. */
  readonly patronId: string | null;
  /** The application that asks. */
  readonly clientId: string | null;
  /** The token's scopes (R27), asked one by one. A scope reaches over others' data; what is one's own needs none. */
  readonly scopes: { has(scope: Scope): boolean };
  /** The language of messages for people. */
  readonly language: Language;
}

/** What a caller's failures are counted by: the application that asks, or else whoever has signed in. */
export const clientOf = ({ issuer, clientId, subject }: Caller): string =>
  JSON.stringify(clientId === null ? { issuer, subject } : { issuer, clientId });

/** Who has signed in, for what is kept under their name. Throws FORBIDDEN for a token that doesn't say. */
export function requireSubject({ issuer, subject }: Caller): {
  readonly issuer: string;
  readonly subject: string;
} {
  if (issuer !== null && subject !== null) {
    return { issuer, subject };
  }
  throw new GraphQLError('This takes a token with a `sub`.', { extensions: { code: 'FORBIDDEN' } });
}

/** True where the data is the caller's own, or one of the scopes reaches it (R27). */
export function mayRead(caller: Caller, patronId: string | null, scopes: readonly Scope[]): boolean {
  const own = patronId !== null && caller.patronId === patronId;
  return own || scopes.some((scope) => caller.scopes.has(scope));
}

/** Throws UNAUTHENTICATED or FORBIDDEN where {@link mayRead} is false. Tells nothing of the data. */
export function requireRead(caller: Caller, patronId: string | null, scopes: readonly Scope[]): void {
  if (mayRead(caller, patronId, scopes)) {
    return;
  }
  throw caller.authenticated
    ? new GraphQLError('Not yours to read, and no scope of yours reaches it.', {
        extensions: { code: 'FORBIDDEN' },
      })
    : new GraphQLError('Sign in to read this.', { extensions: { code: 'UNAUTHENTICATED' } });
}

/** The header in which the gateway says who asks: a JWT signed with SUBGRAPH_SECRET. */
export const callerHeader = 'patron-graph-caller';

/** Seconds that a header holds, whatever it says of itself: the gateway signs one for each request. */
const longestAge = 30;
/** Seconds by which the gateway's clock may be ahead. */
const clockTolerance = 5;

const claims = z.object({
  iat: z.number(),
  body: z.string(),
  language: z.enum(languages).default(defaultLanguage),
  caller: z
    .object({
      issuer: z.string().nullable(),
      subject: z.string().nullable(),
      patronId: z.string().nullable(),
      clientId: z.string().nullable(),
      scopes: z.array(z.string()),
    })
    .nullable(),
});

/**
 * The caller a signed header vouches for. The signature, the expiry, its age, the subgraph it is meant for (`aud`) and the
 * SHA-256 of the body must all hold, so a header seen elsewhere opens nothing else. Rejects otherwise.
 */
export async function verifyCaller(
  header: string,
  body: Buffer,
  subgraph: string,
  secret: Uint8Array,
): Promise<Caller> {
  const { payload } = await jwtVerify(header, secret, {
    algorithms: ['HS256'],
    audience: subgraph,
    requiredClaims: ['exp'],
  });
  const verified = claims.parse(payload);
  const age = Date.now() / 1000 - verified.iat;
  if (age > longestAge || age < -clockTolerance) {
    throw new Error('the header was not made just now');
  }
  if (verified.body !== createHash('sha256').update(body).digest('base64url')) {
    throw new Error('the header was made for another body');
  }
  return {
    authenticated: verified.caller !== null,
    issuer: verified.caller?.issuer ?? null,
    subject: verified.caller?.subject ?? null,
    patronId: verified.caller?.patronId ?? null,
    clientId: verified.caller?.clientId ?? null,
    scopes: new Set(verified.caller?.scopes),
    language: verified.language,
  };
}
