/** The languages in which the graph speaks to people, as BCP 47 tags: English and Traditional Chinese. */
export type Language = 'en' | 'zh-Hant';

/** Who a token says is asking. */
export interface Identity {
  readonly authenticated: boolean;
  /** The token's `iss` and `sub`: who it is, only together. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The claim `patron_id`: the patron who is signed in. */
  readonly patronId: string | null;
  /** The claim `client_id`: the application that asks. */
  readonly clientId: string | null;
  /** The claim `scope`, parted at its spaces. */
  readonly scopes: ReadonlySet<string>;
}

/** Who asks, and what else their request says of them. Nobody signed in: {@link anonymous}. */
export interface Caller extends Identity {
  /** The language of messages for people, from `Accept-Language`. */
  readonly language: Language;
  /** Headers of the request that go on to subgraphs as they came: they too may say who asks. Absent where none do. */
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
