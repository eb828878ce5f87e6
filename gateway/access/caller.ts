import type { Audience } from '../audiences.ts';

/** The languages of messages for people, as BCP 47 tags: English and Traditional Chinese. */
export type Language = 'en' | 'zh-Hant';

/** The identity of a request's sender: the content of their token, limited to what its issuer may grant. */
export interface Identity {
  readonly authenticated: boolean;
  /** The token's `iss` (issuer) and `sub` (subject). Only both together identify somebody. Null without a token. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The patron who is signed in. Null if the token names no patron, or if its issuer may not name patrons. */
  readonly patronId: string | null;
  /** The token's `auth_time`: the time of the sign-in, in seconds since 1970. Null if the token doesn't say. */
  readonly signedInAt: number | null;
  /**
   * Identifies the sign-in by the token's `sid` and `auth_time`, because one session (`sid`) may have several sign-ins.
   * Null if the token lacks one of these claims.
   */
  readonly signInId: string | null;
  /** The token's `iat`: when it was issued, in seconds since 1970. Null if the token doesn't say. */
  readonly issuedAt: number | null;
  /** When the token expires, in ms since 1970, with the tolerance of its issuer. Null without a token. */
  readonly expiresAt: number | null;
  /**
   * The application that sends the request. Issuers choose these ids, so only the issuer and the id together identify a
   * client.
   */
  readonly clientId: string | null;
  /**
   * The name of the partner in the configuration. All clients of one partner have the same name. Default: the client's
   * id. Null without a client.
   */
  readonly partner: string | null;
  /**
   * The code of the branch where the sender is, such as the branch of a self-service station. It gives no right. Null
   * if the token doesn't say.
   */
  readonly branch: string | null;
  readonly scopes: ReadonlySet<string>;
  /**
   * The token's claims that header rules send to subgraphs. Empty in the gateway of our own graph, which has no header
   * rules.
   */
  readonly claims: Readonly<Record<string, unknown>>;
  /**
   * The audience whose schema the caller sees. Null for the whole graph, if the caller has the rights of several
   * audiences.
   */
  readonly audience: Audience | null;
}

/**
 * The sender of a request, with further data of the request. Without a token, the identity is that of {@link anonymous}.
 */
export interface Caller extends Identity {
  /** The language of messages for people, from `Accept-Language`. */
  readonly language: Language;
  /**
   * The network of an anonymous caller, for rate limits. Null for other callers. The network leaves this process only
   * as a hash.
   */
  readonly address: string | null;
  /**
   * The reason why the caller reads other people's data, from the header `Access-Reason`. The subgraphs check it. Null if
   * the request has no such header.
   */
  readonly accessReason: string | null;
  /** The wider networks of an anonymous caller, the narrowest first. Empty for other callers, and for IPv4. */
  readonly widerNetworks: readonly string[];
  /** The id of the request, for logs. Null outside an HTTP request. */
  readonly requestId: string | null;
  /**
   * The client's headers that rules propagate to subgraphs, by header name. A value may identify the caller, as an API
   * key does.
   */
  readonly forwarded: Readonly<Record<string, string>>;
}

export const anonymous: Caller = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  signedInAt: null,
  signInId: null,
  issuedAt: null,
  expiresAt: null,
  clientId: null,
  partner: null,
  branch: null,
  scopes: new Set(),
  claims: {},
  audience: 'public',
  language: 'en',
  address: null,
  accessReason: null,
  widerNetworks: [],
  requestId: null,
  forwarded: {},
};

/**
 * Returns the audience whose settings apply to a caller. It is `public` if the caller has the rights of several
 * audiences.
 */
export function audienceOf({ audience }: Caller): Audience {
  return audience ?? 'public';
}
