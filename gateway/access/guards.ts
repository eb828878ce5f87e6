import type { Caller } from './caller.ts';

/** What `@authenticated`, `@requiresScopes` and `@policy` ask at one coordinate: `Type` or `Type.field`. */
export interface Requirement {
  readonly authenticated: boolean;
  /** Whether a policy guards it: none is known here, so nobody meets it. */
  readonly policy: boolean;
  /** One of these lists, held whole; empty where no scope is asked. */
  readonly scopes: readonly (readonly string[])[];
}

export interface Denial {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly message: string;
}

/** Callers differ in few ways; past this many, what is kept of them is made anew. */
const keptDenials = 256;

/** Tells which coordinates a caller may not have, before anything is fetched. */
export function createDenials(
  requirements: ReadonlyMap<string, Requirement>,
): (caller: Caller) => ReadonlyMap<string, Denial> {
  const kept = new Map<string, ReadonlyMap<string, Denial>>();
  return (caller) => {
    const key = caller.authenticated ? `+${[...caller.scopes].sort().join(' ')}` : '';
    const known = kept.get(key);
    if (known !== undefined) {
      return known;
    }
    if (kept.size >= keptDenials) {
      kept.clear();
    }
    const denials = denialsOf(caller, requirements);
    kept.set(key, denials);
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
      denials.set(coordinate, { code: 'UNAUTHENTICATED', message: 'Sign in to read this.' });
    } else if (policy) {
      denials.set(coordinate, {
        code: 'FORBIDDEN',
        message: 'This is guarded by a policy, and this gateway knows none.',
      });
    } else if (scopes.length > 0 && !scopes.some((list) => list.every((scope) => caller.scopes.has(scope)))) {
      const wanted = scopes.map((list) => list.join(' and ')).join(', or ');
      denials.set(coordinate, { code: 'FORBIDDEN', message: `This takes the scope ${wanted}.` });
    }
  }
  return denials;
}
