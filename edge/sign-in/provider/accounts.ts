/** The accounts of the provider: `patron:P0000001` or `staff:lee`. Relying parties never see these ids. */
import type { SignInClient } from '../clients/read-clients.ts';
import {
  type AgeBand,
  GraphUnavailable,
  type ReaderGraph,
  type Standing,
  TooManyQuestions,
} from '../graph.ts';
import { temporarilyUnavailable, tooManyRequests } from './errors.ts';

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
  /** Whether the reader's record is active and one of the reader's cards is in use. Staff don't have this claim. */
  readonly library_standing?: 'good' | 'not_good';
  /** Only for the library's own clients. */
  readonly patron_id?: string | undefined;
  /** Only for partners that must know the reader's age (R28). Absent if the registry has no date of birth. */
  readonly age_band?: 'under_11' | '11_to_17' | 'adult' | undefined;
}

/**
 * Returns the claims about a person that the client may receive. `request` is any object that identifies the request.
 * The graph is called once for each request.
 */
export type ClaimsOf = (request: object, person: Person, client: SignInClient) => Promise<Claims>;

export interface Accounts {
  readonly claimsOf: ClaimsOf;
  /** Describes which of the person's sign-ins have ended. Null if none has ended, and for staff. */
  endOfSignIns(request: object, person: Person, client: SignInClient): Promise<EndOfSignIns | null>;
}

/**
 * A sign-in: the `uid` of its session, and its time in seconds since 1970. A session may contain several sign-ins, one
 * after the other.
 */
export interface SignIn {
  readonly session: string | undefined;
  readonly at: number | undefined;
}

/**
 * Describes which sign-ins have ended: all that began in the second `before` or earlier, except the sign-in
 * `exceptSignInId`.
 */
export interface EndOfSignIns {
  /** In seconds since 1970. */
  readonly before: number;
  /**
   * The id of the sign-in in which the person set the PIN. This sign-in goes on, even if it began in the second `before`
   * or earlier. Null if there is none.
   */
  readonly exceptSignInId: string | null;
}

/**
 * Whether a sign-in has ended. The sign-in's id is built from its session and time. The gateway builds the same id from
 * the claims `sid` and `auth_time`.
 */
export const hasEnded = ({ session, at = 0 }: SignIn, { before, exceptSignInId }: EndOfSignIns): boolean =>
  at <= before && (session === undefined || `${session} ${at}` !== exceptSignInId);

const claimOfAgeBand = {
  UNDER_11: 'under_11',
  FROM_11_TO_17: '11_to_17',
  ADULT: 'adult',
} as const satisfies Readonly<Record<AgeBand, Claims['age_band']>>;

type Partner = Pick<SignInClient, 'partner' | 'ageBand'>;

/**
 * Calls the graph once for each request and partner. If the graph can't answer, both methods reject with the provider's
 * error `temporarily_unavailable`. Both methods also reject with this error if too many requests for the reader are under
 * way.
 */
export function createAccounts(graph: ReaderGraph): Accounts {
  const asked = new WeakMap<object, Map<string, Promise<Standing>>>();
  const standingOf = (request: object, patronId: string, client: Partner): Promise<Standing> => {
    const { partner, ageBand } = client;
    const ofRequest = asked.get(request) ?? new Map<string, Promise<Standing>>();
    asked.set(request, ofRequest);
    const key = JSON.stringify([patronId, partner, ageBand]);
    const standing = ofRequest.get(key) ?? graph.standing(patronId, partner, ageBand);
    ofRequest.set(key, standing);
    return standing;
  };
  const standingFor: typeof standingOf = async (...question) => {
    try {
      return await standingOf(...question);
    } catch (error) {
      if (error instanceof TooManyQuestions) {
        throw tooManyRequests();
      }
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
      const standing = await standingFor(request, person.patronId, client);
      const { pseudonym, inGoodStanding, ageBand } = standing;
      return {
        sub: pseudonym,
        library_standing: inGoodStanding ? 'good' : 'not_good',
        patron_id: client.firstParty ? person.patronId : undefined,
        age_band: ageBand === null ? undefined : claimOfAgeBand[ageBand],
      };
    },
    async endOfSignIns(request, person, client) {
      if (person.kind === 'staff') {
        return null;
      }
      const standing = await standingFor(request, person.patronId, client);
      const { signInAgainSince: since, exceptSignInId } = standing;
      return since === null ? null : { before: Math.floor(since / 1000), exceptSignInId };
    },
  };
}
