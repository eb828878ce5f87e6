/** The scopes that open the data of all patrons. Only staff have them. */
export const staffScopes = [
  'patrons:read',
  'patrons:write',
  'identity:read',
  'credentials:read',
  'credentials:write',
  'applications:decide',
  'circulation:read',
  'circulation:write',
  'charges:read',
  'charges:write',
  'charges:waive',
  'operations:repair',
  'audit:read',
] as const;

/**
 * The scopes that open data in a subgraph (R27). The union is closed, so that a misspelt scope does not compile. A
 * token may have other scopes, such as `openid`, which open nothing here.
 */
export const allScopes = [...staffScopes, 'station', 'telephone', 'partner:verify', 'sign-in'] as const;
export type Scope = (typeof allScopes)[number];

/**
 * With one of these scopes, staff find any patron by number: by `Query.patron`, and by `Query.node`. Stations have only
 * `Query.patron`, because their schema has no `node`.
 */
export const findPatronScopes = [
  'patrons:read',
  'credentials:read',
  'circulation:read',
  'charges:read',
] as const satisfies readonly Scope[];
