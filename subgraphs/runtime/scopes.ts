/**
 * The scopes that reach something in a subgraph (R27). A closed union: a misspelt scope does not compile. A token may have
 * other scopes, `openid` for example, which reach nothing here.
 */
export const allScopes = [
  'patrons:read',
  'patrons:write',
  'identity:read',
  'credentials:read',
  'credentials:write',
  'applications:decide',
  'circulation:read',
  'circulation:write',
  'station',
  'telephone',
  'partner:verify',
  'sign-in',
] as const;
export type Scope = (typeof allScopes)[number];
