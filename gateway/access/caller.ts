import type { Audience } from '../audiences.ts';

/** The languages in which the graph speaks to people, as BCP 47 tags: English and Traditional Chinese. */
export type Language = 'en' | 'zh-Hant';

/** The identity of a request's sender: the content of their token, limited to what its issuer may grant. */
export interface Identity {
  readonly authenticated: boolean;
  /** The token's `iss` (issuer) and `sub` (subject). Only both together identify somebody. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The patron who is signed in. */
  readonly patronId: string | null;
  /**
   * The application that sends the request. Issuers choose these ids, so only the issuer and the id together identify a
   * client.
   */
  readonly clientId: string | null;
  /**
   * The name of the partner in the configuration. All clients of one partner have the same name. Default: the client's
   * id.
   */
  readonly partner: string | null;
  /**
   * The code of the branch where the sender is, such as that of a self-service station. It gives no right. Null if the
   * token doesn't say.
   */
  readonly branch: string | null;
  readonly scopes: ReadonlySet<string>;
  /** The audience. Null if the caller has the rights of several audiences. They then see the whole graph. */
  readonly audience: Audience | null;
}

/** The sender of a request, with further data of the request. Without a token it is {@link anonymous}. */
export interface Caller extends Identity {
  /** The language of messages for people, from `Accept-Language`. */
  readonly language: Language;
  /**
   * The network of an anonymous caller, for rate limits. Null for other callers. It leaves this process only as a hash.
   */
  readonly address: string | null;
  /** The id of the request, for logs. Null outside an HTTP request. */
  readonly requestId: string | null;
  /** Headers that are forwarded to subgraphs unchanged. They may identify the caller too. */
  readonly forwarded: Readonly<Record<string, string>>;
}

export const anonymous: Caller = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  clientId: null,
  partner: null,
  branch: null,
  scopes: new Set(),
  audience: 'public',
  language: 'en',
  address: null,
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
