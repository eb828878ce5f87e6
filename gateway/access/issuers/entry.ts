import type { Audience } from '../../audiences.ts';

/**
 * Asymmetric algorithms of JWS. Symmetric algorithms are forbidden, because a party that verifies tokens must not be
 * able to issue them.
 */
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

export interface ClaimNames {
  /**
   * Each claim may be a list, or a text with scopes separated by spaces. A token has the scopes of all these claims.
   */
  readonly scopes: readonly string[];
  /** The client's id is the first of these claims that a token has. */
  readonly clientId: readonly string[];
  readonly patronId: string;
  readonly subject: string;
  readonly branch: string;
}

/**
 * The rights that an issuer may give to the callers of some of its clients. If a token has a scope or a patron that the
 * grant doesn't allow, that scope or patron is ignored.
 */
export interface Grant {
  /** The ids of the clients. Null: every client that no other grant names, and tokens without a client. */
  readonly clients: readonly string[] | null;
  /** The only audience that these clients serve. Null: a token's rights alone decide its audience. */
  readonly audience: Audience | null;
  /** The scopes that a token may have. Null: any scope. */
  readonly scopes: ReadonlySet<string> | null;
  /** Whether a token may say which patron is signed in. */
  readonly patronId: boolean;
  /**
   * The name of the partner to whom these clients belong. Null: each client is a partner with its own id as its name.
   */
  readonly partner: string | null;
}

export interface IssuerEntry {
  /** The issuer's name in logs, in health, and in the name of the file that keeps its keys. */
  readonly name: string;
  /** The `iss` that a token must have. */
  readonly issuer: string;
  /** The accepted audiences. A token's `aud` must be or contain one of them. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly Algorithm[];
  /** The largest accepted difference between the issuer's clock and ours. */
  readonly clockToleranceSeconds: number;
  readonly claims: ClaimNames;
  /** At least one grant. A client is in one grant at most. At most one grant has null as its clients. */
  readonly grants: readonly Grant[];
}

/** Defaults for properties that an entry of ISSUERS_FILE may omit. */
export const entryDefaults = {
  algorithms: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'],
  clockToleranceSeconds: 5,
  claims: {
    scopes: ['scope'],
    clientId: ['client_id'],
    patronId: 'patron_id',
    subject: 'sub',
    branch: 'library_branch',
  },
} as const satisfies Pick<IssuerEntry, 'algorithms' | 'clockToleranceSeconds' | 'claims'>;

/** Creates an issuer that may assert anything about anybody. */
export function trustedEntry(name: string, issuer: string, audience: string): IssuerEntry {
  const anything = { clients: null, audience: null, scopes: null, patronId: true, partner: null };
  return { name, issuer, audiences: [audience], ...entryDefaults, grants: [anything] };
}
