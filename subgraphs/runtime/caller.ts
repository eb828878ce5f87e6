import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { SecretValues } from '../../platform/lifecycle/secrets.ts';
import { type CallClass, callClasses } from '../../platform/priority/call-classes.ts';
import { TokenRefused, verifyToken } from '../../platform/signed-token.ts';
import { errorTexts, scopesNeeded } from '../library/errors/error-texts.ts';
import { LocalizedError } from '../library/errors/localized-error.ts';
import { defaultLanguage, type Language, type Localized, languages } from '../library/language.ts';
import type { Addressee } from '../library/message.ts';
import { type Scope, staffScopes } from './scopes.ts';

/**
 * The caller of the request, as the gateway verified it. For an anonymous caller, `authenticated` is false and the
 * caller's fields are empty.
 */
export interface Caller {
  readonly authenticated: boolean;
  /**
   * The token's `iss` and `sub`. Only both together identify a caller, because two issuers may use the same subject.
   */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The signed-in patron; null for staff, stations and partners. */
  readonly patronId: string | null;
  /**
   * When the patron proved who they are, in seconds since 1970: the token's `auth_time`. Null if it has none.
   */
  readonly signedInAt: number | null;
  /**
   * Identifies the patron's sign-in: the token's session, and the time of signing in. Null if the token doesn't have
   * them.
   */
  readonly signInId: string | null;
  readonly clientId: string | null;
  /** The client's partner, by the name in the gateway's configuration. The default name is the client's id. */
  readonly partner: string | null;
  /**
   * The code of the branch where the caller is, such as the branch of a self-service station. It gives no right. Null
   * if it is not known.
   */
  readonly branch: string | null;
  /** The token's scopes (R27). A scope gives access to other people's data. Callers need none for their own data. */
  readonly scopes: { has(scope: Scope): boolean };
  readonly language: Language;
  /** The urgency of the request, from the gateway. Null if an older gateway does not send it. */
  readonly callClass: CallClass | null;
  /**
   * A key for the address of an anonymous caller. The subgraphs use it only for counting, and for queues in which
   * callers take turns. Several callers may share one answer. The key is then of the caller whose request is executed.
   * Null if the gateway sends none.
   */
  readonly address: string | null;
  /** The reason for reading data of others (`accessReasons`). Null if the request gives none. */
  readonly accessReason: string | null;
  /** Keys for the wider networks of the address, the narrowest first. */
  readonly widerNetworks: readonly string[];
  /** The id of the client's request, for logs. */
  readonly requestId: string | null;
  /** Data from the gateway for logs. Null if the gateway is in this process, or older than this field. */
  readonly logged: LoggedOrigin | null;
}

/**
 * The client's operation for which a request is made, and the audience whose schema the client sees. None of these
 * values identifies a person (R30).
 */
export interface LoggedOrigin {
  readonly audience: string;
  /** Null for a request without a client, such as a health check. */
  readonly operation: { readonly name: string | null; readonly hash: string | null } | null;
}

/** The addressee of messages to a caller. A caller with a staff scope is always addressed as staff. */
export function addresseeOf({ scopes }: Pick<Caller, 'scopes'>): Addressee {
  if (staffScopes.some((scope) => scopes.has(scope))) {
    return 'staff';
  }
  return scopes.has('station') ? 'station' : 'reader';
}

/** The key under which a caller's failures are counted: the client application, or else the subject. */
export const clientOf = ({ issuer, clientId, subject }: Caller): string =>
  JSON.stringify(clientId === null ? { issuer, subject } : { issuer, clientId });

/**
 * The caller's issuer and subject, for records that need a name.
 * @throws GraphQLError FORBIDDEN for a token without a `sub`.
 */
export function requireSubject({ issuer, subject }: Pick<Caller, 'issuer' | 'subject'>): {
  readonly issuer: string;
  readonly subject: string;
} {
  if (issuer !== null && subject !== null) {
    return { issuer, subject };
  }
  throw new GraphQLError('This takes a token with a `sub`.', { extensions: { code: 'FORBIDDEN' } });
}

/** Whether the data is the caller's own, or the caller has one of the scopes (R27). */
export function mayRead(caller: Caller, patronId: string | null, scopes: readonly Scope[]): boolean {
  const own = patronId !== null && caller.patronId === patronId;
  return own || scopes.some((scope) => caller.scopes.has(scope));
}

/**
 * Requires the right to read or change data.
 * @param scopes any of them is enough. The error's message names all of them, except to a reader, who can't have any.
 *   The message reveals nothing about the data.
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN if {@link mayRead} is false
 */
export function requireRead(caller: Caller, patronId: string | null, scopes: readonly Scope[]): void {
  if (mayRead(caller, patronId, scopes)) {
    return;
  }
  if (!caller.authenticated) {
    throw new LocalizedError(errorTexts.SIGN_IN, { extensions: { code: 'UNAUTHENTICATED' } });
  }
  throw new LocalizedError(refusalOf(caller, scopes), { extensions: { code: 'FORBIDDEN' } });
}

/**
 * Requires the right to read data. A station has this right once the reader has given number and PIN.
 * @throws GraphQLError as {@link requireRead} does. The error for a station without the PIN says that the PIN is
 *   needed.
 */
export function requireReadOrPin(
  caller: Caller,
  { id, byPin }: { readonly id: string; readonly byPin?: boolean },
  scopes: readonly Scope[],
): void {
  const isStation = mayRead(caller, null, ['station']);
  if (isStation && byPin !== true && !mayRead(caller, id, scopes)) {
    throw new LocalizedError(errorTexts.PIN_AT_STATION, { extensions: { code: 'FORBIDDEN' } });
  }
  if (!isStation) {
    requireRead(caller, id, scopes);
  }
}

function refusalOf(caller: Caller, scopes: readonly Scope[]): Localized {
  if (scopes.length === 0) {
    return errorTexts.OWN_DATA_ONLY;
  }
  const isReader = caller.patronId !== null && addresseeOf(caller) === 'reader';
  return isReader ? errorTexts.READERS_OWN_DATA : scopesNeeded(scopes);
}

/** The header in which the gateway sends the caller: a JWT that is signed with SUBGRAPH_SECRET. */
export const callerHeader = 'patron-graph-caller';

/**
 * The maximum age of the header in seconds, even if its `exp` is later. The gateway signs a new header for each
 * request.
 */
const maxAgeSeconds = 30;
/** The maximum number of seconds by which the gateway's clock may be ahead of this process's clock. */
const clockToleranceSeconds = 5;

/** A short text for logs and audit records. */
const shownText = z.string().max(64);

const addressKey = z.string().max(128);

const claims = z.object({
  iat: z.number(),
  body: z.string(),
  address: addressKey.optional(),
  // A gateway that is older than this field sends no wider networks.
  widerNetworks: z.array(addressKey).max(2).default([]),
  language: z.enum(languages).default(defaultLanguage),
  // A gateway that is older than this field sends no reason.
  accessReason: shownText.nullable().default(null),
  // A gateway that is newer may have a class that is unknown here.
  callClass: z.enum(callClasses).optional().catch('anonymous'),
  audience: z.string().max(32).optional(),
  operation: z.object({ name: shownText.nullable(), hash: shownText.nullable() }).optional(),
  caller: z
    .object({
      issuer: z.string().nullable(),
      subject: z.string().nullable(),
      patronId: z.string().nullable(),
      // A gateway that is older than this field sends no time.
      signedInAt: z.int().nonnegative().nullable().default(null),
      signInId: z.string().max(128).nullable().default(null),
      clientId: z.string().nullable(),
      // A gateway that is older than this field sends no partner. The partner is then the client.
      partner: z.string().nullable().optional(),
      // A gateway that is older than this field sends no branch.
      branch: z.string().nullable().default(null),
      scopes: z.array(z.string()),
    })
    .nullable(),
});

const nobody = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  signedInAt: null,
  signInId: null,
  clientId: null,
  partner: null,
  branch: null,
  scopes: new Set<string>(),
};

/**
 * The caller in a signed header. The signature, the expiry, the age, the audience (`aud`: this subgraph) and the
 * SHA-256 of the body are verified. So a header that leaks can't be used for another request. Any of the secrets may
 * have signed the header.
 * @throws TokenRefused if a verified value is wrong; Error if a claim is missing.
 */
export function verifyCaller(header: string, body: Buffer, subgraph: string, secrets: SecretValues): Caller {
  const verified = claims.parse(verifyToken(header, subgraph, secrets));
  const ageSeconds = Date.now() / 1000 - verified.iat;
  if (ageSeconds > maxAgeSeconds || ageSeconds < -clockToleranceSeconds) {
    throw new TokenRefused('the token is too old, or from the future');
  }
  if (verified.body !== hash('sha256', body, 'base64url')) {
    throw new TokenRefused('the token was made for another body');
  }
  const {
    caller,
    language,
    callClass = null,
    address = null,
    widerNetworks,
    accessReason,
    audience,
    operation = null,
  } = verified;
  const logged = audience === undefined ? null : { audience, operation };
  const ofRequest = { language, callClass, address, widerNetworks, accessReason, requestId: null, logged };
  if (caller === null) {
    return { ...nobody, ...ofRequest };
  }
  const { partner = caller.clientId, scopes, ...rest } = caller;
  return { authenticated: true, ...rest, partner, scopes: new Set(scopes), ...ofRequest };
}
