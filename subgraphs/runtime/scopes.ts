/**
 * The scopes that reach something in a subgraph (R27). A closed union: a misspelt scope does not compile. A token may have
 * other scopes, `openid` for example, which reach nothing here.
 */
export type Scope =
  | 'patrons:read'
  | 'patrons:write'
  | 'identity:read'
  | 'credentials:read'
  | 'credentials:write'
  | 'applications:decide'
  | 'circulation:read'
  | 'circulation:write'
  | 'station'
  | 'telephone'
  | 'partner:verify';

/** Over whom a scope reaches: every patron, the one reader who stands or calls there, or a partner's readers. */
export type Reach = 'all patrons' | 'one reader' | 'partner';

export const reachOf: Readonly<Record<Scope, Reach>> = {
  'patrons:read': 'all patrons',
  'patrons:write': 'all patrons',
  'identity:read': 'all patrons',
  'credentials:read': 'all patrons',
  'credentials:write': 'all patrons',
  'applications:decide': 'all patrons',
  'circulation:read': 'all patrons',
  'circulation:write': 'all patrons',
  station: 'one reader',
  telephone: 'one reader',
  'partner:verify': 'partner',
};

export const allScopes = Object.keys(reachOf) as readonly Scope[];
