import { WeightedCache } from '../../platform/caches/weighted-cache.ts';
import type { Caller, Language } from './caller.ts';

/** The requirements of `@authenticated`, `@requiresScopes` and `@policy` at one coordinate. */
export interface Requirement {
  readonly authenticated: boolean;
  /** The lists of each `@policy` that applies. A caller must pass every `@policy`. Empty if none applies. */
  readonly policies: readonly NameLists[];
  /** The lists of each `@requiresScopes` that applies. A caller must pass every one. Empty if none applies. */
  readonly scopes: readonly NameLists[];
}

/**
 * The lists of `@requiresScopes(scopes:)` or `@policy(policies:)`. The caller passes if they have all scopes, or meet
 * all policies, of at least one list.
 */
export type NameLists = readonly (readonly string[])[];

export interface Denial {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly message: string;
}

/**
 * The maximum number of cached results, each for one combination of sign-in, scopes, policies and language. There are
 * few different combinations. Beyond the limit, results are computed again.
 */
const maxCachedDenials = 256;

/**
 * Returns the coordinates (`Type.field`) that a caller may not read. `policies` are the policies that the caller meets,
 * according to a hook. Without a hook, a caller meets no policy.
 */
export type DenialsOf = (caller: Caller, policies?: ReadonlySet<string>) => ReadonlyMap<string, Denial>;

const noPolicies: ReadonlySet<string> = new Set();

/**
 * Creates a {@link DenialsOf}, which is called before any fetch.
 *
 * Example: `type Query { me: Patron @authenticated  patrons: [Patron] @requiresScopes(scopes: [["patrons:read"]]) }`
 *
 * | caller | denials |
 * |---|---|
 * | anonymous | `Query.me` and `Query.patrons`: UNAUTHENTICATED |
 * | signed in, no scope | `Query.patrons`: FORBIDDEN |
 * | signed in, `patrons:read` | none |
 */
export function createDenials(requirements: ReadonlyMap<string, Requirement>): DenialsOf {
  const cache = new WeightedCache<string, ReadonlyMap<string, Denial>>(maxCachedDenials);
  return (caller, policies = noPolicies) => {
    const scopes = caller.authenticated ? [...caller.scopes].sort() : null;
    // The key is JSON, because a scope from a token's list may contain spaces: `["a b"]` and `["a", "b"]` must have
    // different keys.
    const key =
      scopes === null && policies.size === 0
        ? caller.language
        : JSON.stringify([caller.language, scopes, [...policies].sort()]);
    const cached = cache.get(key);
    if (cached !== undefined) {
      return cached;
    }
    const denials = denialsOf(caller, policies, requirements);
    cache.set(key, denials);
    return denials;
  };
}

function denialsOf(
  { authenticated: isAuthenticated, scopes: callerScopes, language }: Caller,
  callerPolicies: ReadonlySet<string>,
  requirements: ReadonlyMap<string, Requirement>,
): ReadonlyMap<string, Denial> {
  const denials = new Map<string, Denial>();
  for (const [coordinate, { authenticated, policies, scopes }] of requirements) {
    if (!isAuthenticated && (authenticated || scopes.length > 0)) {
      denials.set(coordinate, { code: 'UNAUTHENTICATED', message: denialTexts.signIn[language] });
    } else if (!policies.every((lists) => meetsPolicies(lists, callerPolicies))) {
      denials.set(coordinate, { code: 'FORBIDDEN', message: denialTexts.policy[language] });
    } else {
      const missing = scopes.filter((lists) => !meets(lists, callerScopes));
      if (missing.length > 0) {
        denials.set(coordinate, { code: 'FORBIDDEN', message: scopesNeeded(missing, language) });
      }
    }
  }
  return denials;
}

const meets = (lists: NameLists, names: ReadonlySet<string>): boolean =>
  lists.some((list) => list.every((name) => names.has(name)));

/** An empty list of policies is a mistake in the schema. Nobody meets it, so it denies access. */
const meetsPolicies = (lists: NameLists, policies: ReadonlySet<string>): boolean =>
  meets(
    lists.filter(({ length }) => length > 0),
    policies,
  );

export const denialTexts = {
  signIn: { en: 'Sign in first.', 'zh-Hant': '請先登入。' },
  policy: {
    en: 'This is guarded by a policy that you do not meet.',
    'zh-Hant': '此項受政策保護，你不符合該政策。',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** The message for missing scopes. Example: `This requires the scope a and b, or c; and d.` */
function scopesNeeded(missing: readonly NameLists[], language: Language): string {
  const join = (and: string, or: string, alsoAnd: string) =>
    [...new Set(missing.map((lists) => lists.map((list) => list.join(and)).join(or)))].join(alsoAnd);
  return language === 'en'
    ? `This requires the scope ${join(' and ', ', or ', '; and ')}.`
    : `此項須有權限 ${join(' 及 ', ' 或 ', '；以及 ')}。`;
}
