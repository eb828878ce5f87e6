/** The accounts of the provider: `patron:P0000001` or `staff:lee`. Relying parties never see these ids. */
import type { SignInClient } from '../clients/read-clients.ts';
import { GraphUnavailable, type ReaderGraph, type Standing } from '../graph.ts';
import { temporarilyUnavailable } from './errors.ts';

export type Person =
  | { readonly kind: 'patron'; readonly patronId: string }
  | { readonly kind: 'staff'; readonly user: string };

export const accountIdOf = (person: Person): string =>
  person.kind === 'patron' ? `patron:${person.patronId}` : `staff:${person.user}`;

/** The person of an account id. Null if the text is not an account id. */
export function personOf(accountId: string): Person | null {
  const [, kind, name = ''] = /^(patron|staff):(.+)$/s.exec(accountId) ?? [];
  if (kind === undefined) {
    return null;
  }
  return kind === 'patron' ? { kind: 'patron', patronId: name } : { kind: 'staff', user: name };
}

/** The claims about a person that a client may receive. */
export interface Claims {
  readonly sub: string;
  /** Whether the reader may borrow. Staff don't have this claim. */
  readonly library_standing?: 'good' | 'not_good';
  /** Only for the library's own clients. */
  readonly patron_id?: string | undefined;
}

/** `request` is any object that identifies the request. The graph is asked once for each request. */
export type ClaimsOf = (request: object, person: Person, client: SignInClient) => Promise<Claims>;

/** The provider's source of data about accounts. */
export interface Accounts {
  readonly claimsOf: ClaimsOf;
  /**
   * The time before which the person's sign-ins have ended, in ms since 1970. Null if none has ended, and for staff.
   */
  signInAgainSince(request: object, person: Person, client: SignInClient): Promise<number | null>;
}

/**
 * Asks the graph once for each request. Both methods reject with the provider's error `temporarily_unavailable` if the
 * graph can't answer.
 */
export function createAccounts(graph: ReaderGraph): Accounts {
  const asked = new WeakMap<object, Map<string, Promise<Standing>>>();
  const standingOf = (request: object, patronId: string, partner: string): Promise<Standing> => {
    const ofRequest = asked.get(request) ?? new Map<string, Promise<Standing>>();
    asked.set(request, ofRequest);
    const key = JSON.stringify([patronId, partner]);
    const standing = ofRequest.get(key) ?? graph.standing(patronId, partner);
    ofRequest.set(key, standing);
    return standing;
  };
  const standingFor: typeof standingOf = async (...question) => {
    try {
      return await standingOf(...question);
    } catch (error) {
      throw error instanceof GraphUnavailable
        ? temporarilyUnavailable("the library's systems do not answer")
        : error;
    }
  };
  return {
    async claimsOf(request, person, client) {
      if (person.kind === 'staff') {
        return { sub: person.user };
      }
      const { pseudonym, inGoodStanding } = await standingFor(request, person.patronId, client.partner);
      return {
        sub: pseudonym,
        library_standing: inGoodStanding ? 'good' : 'not_good',
        patron_id: client.firstParty ? person.patronId : undefined,
      };
    },
    signInAgainSince: async (request, person, client) =>
      person.kind === 'staff'
        ? null
        : (await standingFor(request, person.patronId, client.partner)).signInAgainSince,
  };
}
