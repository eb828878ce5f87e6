/** Who is signed in, as the provider keeps it: `patron:P0000001` or `staff:lee`. No relying party sees it. */
import type { SignInClient } from '../clients/read-clients.ts';
import { GraphUnavailable, type ReaderGraph, type Standing } from '../graph.ts';
import { temporarilyUnavailable } from './errors.ts';

export type Person =
  | { readonly kind: 'patron'; readonly patronId: string }
  | { readonly kind: 'staff'; readonly user: string };

export const accountIdOf = (person: Person): string =>
  person.kind === 'patron' ? `patron:${person.patronId}` : `staff:${person.user}`;

/** Null for what is no account id. */
export function personOf(accountId: string): Person | null {
  const [, kind, name = ''] = /^(patron|staff):(.+)$/s.exec(accountId) ?? [];
  if (kind === undefined) {
    return null;
  }
  return kind === 'patron' ? { kind: 'patron', patronId: name } : { kind: 'staff', user: name };
}

/** What a client may learn of a person. */
export interface Claims {
  readonly sub: string;
  /** Whether the reader may borrow: of readers alone. */
  readonly library_standing?: 'good' | 'not_good';
  /** For the library's own clients. */
  readonly patron_id?: string;
}

/** `request`: what all questions of one request have in common. */
export type ClaimsOf = (request: object, person: Person, client: SignInClient) => Promise<Claims>;

/**
 * Asks the graph once for each request. Rejects with an error of the provider's, `temporarily_unavailable`, where the graph doesn't
 * know.
 */
export function createClaims(graph: ReaderGraph): ClaimsOf {
  const asked = new WeakMap<object, Map<string, Promise<Standing>>>();
  const standingOf = (request: object, patronId: string, partner: string): Promise<Standing> => {
    const ofRequest = asked.get(request) ?? new Map<string, Promise<Standing>>();
    asked.set(request, ofRequest);
    const key = JSON.stringify([patronId, partner]);
    const standing = ofRequest.get(key) ?? graph.standing(patronId, partner);
    ofRequest.set(key, standing);
    return standing;
  };
  return async (request, person, client) => {
    if (person.kind === 'staff') {
      return { sub: person.user };
    }
    try {
      const { pseudonym, inGoodStanding } = await standingOf(request, person.patronId, client.partner);
      return {
        sub: pseudonym,
        library_standing: inGoodStanding ? 'good' : 'not_good',
        ...(client.firstParty && { patron_id: person.patronId }),
      };
    } catch (error) {
      throw error instanceof GraphUnavailable
        ? temporarilyUnavailable("the library's systems do not answer")
        : error;
    }
  };
}
