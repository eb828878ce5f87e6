import type { Audience } from '../../audiences.ts';

/** Asymmetric algorithms of JWS: a party that verifies tokens must not be able to issue them. */
export const asymmetricAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
] as const;
type Algorithm = (typeof asymmetricAlgorithms)[number];

/** Which claims of a token say what. */
export interface ClaimNames {
  /** Each may be a text, with scopes separated by spaces, or a list. A token has the scopes of all of them. */
  readonly scopes: readonly string[];
  /** The first one that a token has. */
  readonly clientId: readonly string[];
  readonly patronId: string;
  readonly subject: string;
}

/** What an issuer may say of the callers of some of its clients. Everything else in a token is dropped. */
export interface Grant {
  /** Null: any client, and none. */
  readonly clients: readonly string[] | null;
  /** Null: of an issuer for every audience. */
  readonly audience: Audience | null;
  /** The scopes that a token may have; null: any. */
  readonly scopes: ReadonlySet<string> | null;
  /** Whether a token may say which patron is signed in. */
  readonly patronId: boolean;
  /** The partner whose clients these are; null: each client is a partner by its own id. */
  readonly partner: string | null;
}

/** An issuer as it is configured. */
export interface IssuerEntry {
  /** Its name in logs, in health and of the file that keeps its keys. */
  readonly name: string;
  /** The expected `iss`. */
  readonly issuer: string;
  /** The `aud` of a token must be or have one of these. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly Algorithm[];
  /** By how much the issuer's clock and ours may differ. */
  readonly clockToleranceSeconds: number;
  readonly claims: ClaimNames;
  /** At least one. No client is in two of them, and at most one has no clients. */
  readonly grants: readonly Grant[];
}

/** What an entry of ISSUERS_FILE may leave out. */
export const entryDefaults = {
  algorithms: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'],
  clockToleranceSeconds: 5,
  claims: { scopes: ['scope'], clientId: ['client_id'], patronId: 'patron_id', subject: 'sub' },
} as const satisfies Pick<IssuerEntry, 'algorithms' | 'clockToleranceSeconds' | 'claims'>;

/** An issuer that may say anything of anybody: the only one of its gateway. */
export function trustedEntry(name: string, issuer: string, audience: string): IssuerEntry {
  const anything = { clients: null, audience: null, scopes: null, patronId: true, partner: null };
  return { name, issuer, audiences: [audience], ...entryDefaults, grants: [anything] };
}
