import { WeightedCache } from '../../platform/caches/weighted-cache.ts';
import type { Caller, Language } from './caller.ts';

/** The requirements of `@authenticated`, `@requiresScopes` and `@policy` at one coordinate. */
export interface Requirement {
  readonly authenticated: boolean;
  /** Whether the coordinate has a policy. The gateway implements no policies, so no caller meets this requirement. */
  readonly policy: boolean;
  /** The caller must meet the requirements of each element. Empty if no scope is required. */
  readonly scopes: readonly ScopeLists[];
}

/** The lists of `@requiresScopes(scopes:)`. The caller needs all scopes of at least one list. */
export type ScopeLists = readonly (readonly string[])[];

export interface Denial {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly message: string;
}

/**
 * Limits the cached denials. Callers differ only in their sign-in, their scopes and their language, so there are few
 * different denials. Beyond the limit, denials are computed again.
 */
const maxCachedScopeSets = 256;

/**
 * Creates the function that returns the coordinates that a caller may not read. It is called before any fetch.
 *
 * Example: `type Query { me: Patron @authenticated  patrons: [Patron] @requiresScopes(scopes: [["patrons:read"]]) }`
 *
 * | caller | denials |
 * |---|---|
 * | anonymous | `Query.me` and `Query.patrons`: UNAUTHENTICATED |
 * | signed in, no scope | `Query.patrons`: FORBIDDEN |
 * | signed in, `patrons:read` | none |
 */
export function createDenials(
  requirements: ReadonlyMap<string, Requirement>,
): (caller: Caller) => ReadonlyMap<string, Denial> {
  const cache = new WeightedCache<string, ReadonlyMap<string, Denial>>(maxCachedScopeSets);
  return (caller) => {
    const scopes = caller.authenticated ? [...caller.scopes].sort() : null;
    // As JSON, because a scope from a token's list may have spaces: `["a b"]` must not pass for `["a", "b"]`.
    const key = JSON.stringify([caller.language, scopes]);
    const cached = cache.get(key);
    if (cached !== undefined) {
      return cached;
    }
    const denials = denialsOf(caller, requirements);
    cache.set(key, denials);
    return denials;
  };
}

function denialsOf(
  caller: Caller,
  requirements: ReadonlyMap<string, Requirement>,
): ReadonlyMap<string, Denial> {
  const denials = new Map<string, Denial>();
  for (const [coordinate, { authenticated, policy, scopes }] of requirements) {
    if (!caller.authenticated && (authenticated || scopes.length > 0)) {
      denials.set(coordinate, { code: 'UNAUTHENTICATED', message: texts.signIn[caller.language] });
    } else if (policy) {
      denials.set(coordinate, {
        code: 'FORBIDDEN',
        message: texts.policy[caller.language],
      });
    } else {
      const missing = scopes.filter(
        (lists) => !lists.some((list) => list.every((scope) => caller.scopes.has(scope))),
      );
      if (missing.length > 0) {
        denials.set(coordinate, { code: 'FORBIDDEN', message: scopesNeeded(missing, caller.language) });
      }
    }
  }
  return denials;
}

const texts = {
  signIn: { en: 'Sign in first.', 'zh-Hant': '請先登入。' },
  policy: {
    en: 'This is guarded by a policy, and this gateway knows none.',
    'zh-Hant': '此項受政策保護，而此閘道沒有任何政策。',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** The message for missing scopes. Example: `This requires the scope a and b, or c; and d.` */
function scopesNeeded(missing: readonly ScopeLists[], language: Language): string {
  const join = (and: string, or: string, alsoAnd: string) =>
    [...new Set(missing.map((lists) => lists.map((list) => list.join(and)).join(or)))].join(alsoAnd);
  return language === 'en'
    ? `This requires the scope ${join(' and ', ', or ', '; and ')}.`
    : `此項須有權限 ${join(' 及 ', ' 或 ', '；以及 ')}。`;
}
