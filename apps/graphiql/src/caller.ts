/** The caller of the queries. Tokens are kept only in memory, and are gone when the page is closed. */
import type { Person } from './setup.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'token'; readonly token: string };

interface IssuedToken {
  readonly token: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** A token that expires within this time is replaced, because it might expire before the gateway checks it. */
const spareMs = 30_000;

/**
 * Returns a function that makes the authorization header of the caller's requests. For a person, the first call requests
 * a token. A later call requests a new token if the old one expires soon. The function rejects if no token can be issued.
 */
export function authorizationOf(caller: Caller): () => Promise<Readonly<Record<string, string>>> {
  let issued: Promise<IssuedToken> | null = null;
  const issueTo = (person: Person): Promise<IssuedToken> => {
    issued = issue(person);
    issued.catch(() => {
      issued = null;
    });
    return issued;
  };
  return async () => {
    switch (caller.kind) {
      case 'anonymous':
        return {};
      case 'token':
        return { authorization: `Bearer ${caller.token}` };
      case 'person': {
        const kept = await (issued ?? issueTo(caller.person));
        const isGood = kept.expiresAt - spareMs > Date.now();
        const { token } = isGood ? kept : await issueTo(caller.person);
        return { authorization: `Bearer ${token}` };
      }
    }
  };
}

async function issue({ id, label }: Person): Promise<IssuedToken> {
  const response = await fetch('/graphiql/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: id }),
  });
  if (!response.ok) {
    throw new Error(`The gateway gives no token for “${label}” (${response.status}).`);
  }
  return await response.json();
}

/** The caller's name. Assistive technology reads it out when it changes. */
export function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'Nobody: anonymous';
    case 'person':
      return caller.person.label;
    case 'token':
      return 'Whoever the pasted token names';
  }
}
