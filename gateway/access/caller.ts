import type { Audience } from '../audiences.ts';

/** The languages in which the graph speaks to people, as BCP 47 tags: English and Traditional Chinese. */
export type Language = 'en' | 'zh-Hant';

/** Who the sender of a request is: what their token says, as far as its issuer may say it. */
export interface Identity {
  readonly authenticated: boolean;
  /** The token's `iss` and `sub`. Only both together identify somebody. */
  readonly issuer: string | null;
  readonly subject: string | null;
  /** The patron who is signed in. */
  readonly patronId: string | null;
  /** The application that sends the request. Issuers choose these ids, so that only issuer and id together name one. */
  readonly clientId: string | null;
  /** The one name of a partner in the configuration, whatever its clients are called; by default the client's id. */
  readonly partner: string | null;
  readonly scopes: ReadonlySet<string>;
  /** Null where the issuer is for every audience, as the one of the three variables and the one of development are. */
  readonly audience: Audience | null;
}

/** The sender of a request, and what else the request says about them. Without a token: {@link anonymous}. */
export interface Caller extends Identity {
  /** The language of messages for people, from `Accept-Language`. */
  readonly language: Language;
  /** The network of an anonymous caller, by which rates count. Null for others. It never leaves this process in clear. */
  readonly address: string | null;
  /** The id of the request, for logs. Null outside a request of HTTP. */
  readonly requestId: string | null;
  /** Headers that are forwarded to subgraphs unchanged. They may identify the caller, too. */
  readonly forwarded: Readonly<Record<string, string>>;
}

export const anonymous: Caller = {
  authenticated: false,
  issuer: null,
  subject: null,
  patronId: null,
  clientId: null,
  partner: null,
  scopes: new Set(),
  audience: 'public',
  language: 'en',
  address: null,
  requestId: null,
  forwarded: {},
};

/** The audience whose settings hold for a caller; `public` for one whose issuer is for every audience. */
export function audienceOf({ audience }: Caller): Audience {
  return audience ?? 'public';
}
