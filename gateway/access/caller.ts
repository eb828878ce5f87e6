/** The languages in which the graph speaks to people, as BCP 47 tags: English and Traditional Chinese. */
export type Language = 'en' | 'zh-Hant';

/** Who the sender of a request is, by its token. */
export interface Identity {
  readonly authenticated: boolean;
  /** The token's `iss` and `sub`. Only both together identify somebody. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The claim `patron_id`: the patron who is signed in. */
  readonly patronId: string | null;
  /** The claim `client_id`: the application that sends the request. */
  readonly clientId: string | null;
  /** The claim `scope`, split at spaces. */
  readonly scopes: ReadonlySet<string>;
}

/** The sender of a request, and what else the request says about them. Without a token: {@link anonymous}. */
export interface Caller extends Identity {
  /** The language of messages for people, from `Accept-Language`. */
  readonly language: Language;
  /** Headers that are forwarded to subgraphs unchanged; they may identify the caller too. Absent where there are none. */
  readonly forwarded?: Readonly<Record<string, string>>;
}

export const anonymous: Caller = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  clientId: null,
  scopes: new Set(),
  language: 'en',
};
