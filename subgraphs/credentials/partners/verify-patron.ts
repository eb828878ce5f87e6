/**
 * Verifies for a partner, such as an e-book service, that a reader is in good standing (R28).
 *
 * A partner gets one of six answers: in good standing, not in good standing, wrong number or PIN, PIN locked, too many
 * requests, system unavailable. The first comes with a pseudonym. A partner must not learn which numbers exist. So an
 * unknown number, a wrong PIN, a lost card and an ended card must look the same to a partner:
 *
 * - in text: `verificationOf` gives them the same answer.
 * - in time: they take the same calls in the same order, and no answer is sent before `verificationFloorMs`. This also
 *   hides shorter paths. For example, a number with a wrong check digit takes no calls.
 * - in locks: failures are counted for each partner and number, even for unknown numbers.
 */
import { GraphQLError } from 'graphql';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { answerNotBefore } from '../../../platform/telemetry/request-scope.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { cardByPin } from '../../operations/attempts/card-by-pin.ts';
import type { CountedAttempt } from '../../operations/attempts/counted-attempt.ts';
import { countPinAttempt, verificationFloorMs } from '../../operations/attempts/pin-attempts.ts';
import { recordThatStays } from '../../operations/merged-records.ts';
import type { Caller } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { type Verification, type VerificationFacts, verificationOf } from '../rules/cards/verification.ts';
import { pseudonymOf } from './pseudonym.ts';

export interface VerifyPatronInput {
  readonly libraryCardNumber: string;
  readonly pin: string;
  /** The partner's own id for the reader who typed the number. */
  readonly endUser?: string | null;
}

/** The SDL's `PatronVerification`. */
export interface PatronVerification {
  readonly verified: boolean;
  readonly pseudonym: string | null;
  readonly problem:
    | Extract<Verification, { readonly verified: false }>['problem']
    | 'TOO_MANY_REQUESTS'
    | 'SYSTEM_UNAVAILABLE'
    | null;
  readonly mayRetryAt: string | null;
}

/**
 * Verifies a library card number and its PIN for the calling partner. Answers and errors are not sent before
 * `verificationFloorMs` has passed.
 * @throws GraphQLError FORBIDDEN for a token without a `client_id`; BAD_USER_INPUT if `endUser` is empty or too long.
 */
export async function verifyPatron(
  services: CredentialServices,
  caller: Caller,
  input: VerifyPatronInput,
): Promise<PatronVerification> {
  answerNotBefore(verificationFloorMs);
  return await verify(services, partnerOf(caller), input);
}

/**
 * The name of the calling partner. Pseudonyms are made for this name.
 * @throws GraphQLError FORBIDDEN if the caller is not a partner
 */
export function partnerOf({ partner }: Caller): string {
  if (partner !== null) {
    return partner;
  }
  throw new GraphQLError('This needs a token with a `client_id`.', { extensions: { code: 'FORBIDDEN' } });
}

/** The maximum length of `endUser`, in characters. */
const maxEndUserLength = 128;

function checkEndUser(endUser: string | null): void {
  if (endUser !== null && (endUser.length < 1 || endUser.length > maxEndUserLength)) {
    throw badInput(`\`endUser\` must have 1 to ${maxEndUserLength} characters.`);
  }
}

async function verify(
  services: CredentialServices,
  partner: string,
  { libraryCardNumber, pin, endUser = null }: VerifyPatronInput,
): Promise<PatronVerification> {
  checkEndUser(endUser);
  const client = { source: 'partner', client: partner, endUser } as const;
  try {
    const attempt = await countPinAttempt(services, client, libraryCardNumber);
    if (attempt.kind === 'throttled') {
      const { mayRetryAt } = attempt;
      return { verified: false, pseudonym: null, problem: 'TOO_MANY_REQUESTS', mayRetryAt };
    }
    if (attempt.kind === 'locked') {
      return answerOf(verificationOf({ ...unknownCard, lockedUntil: attempt.mayRetryAt }), null);
    }
    const { patronId, ...facts } = await readFacts(services, libraryCardNumber, pin, attempt);
    return answerOf(verificationOf(facts), pseudonymOf(services.pseudonymKey, partner, patronId));
  } catch (error) {
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
    services.log.warn({}, error.message);
    return { verified: false, pseudonym: null, problem: 'SYSTEM_UNAVAILABLE', mayRetryAt: null };
  }
}

const unknownCard: VerificationFacts = {
  lockedUntil: null,
  card: null,
  pinVerified: false,
  patronStatus: null,
};

/**
 * Reads the facts from which a partner's answer is made. An unknown number takes the same calls in the same order as a
 * known one. A wrong PIN is counted before the registry is called, so it is counted even if the registry can't be
 * reached. If the record was merged, the status and the pseudonym are those of the record that stays.
 */
async function readFacts(
  { cards, patrons, merged }: CredentialServices,
  number: string,
  pin: string,
  attempt: CountedAttempt,
): Promise<VerificationFacts & { readonly patronId: string }> {
  const card = await cardByPin(cards, attempt, number, pin, ({ state }) => state === 'ACTIVE');
  // A number with a wrong check digit can't exist, so the registry is not called about it.
  if (!hasLuhnCheckDigit(number)) {
    return { ...unknownCard, patronId: unassignedPatronNumber };
  }
  const patronId = await recordThatStays(merged, card?.patronId ?? unassignedPatronNumber);
  const [patron = null] = await patrons.findMany([patronId], attempt.signal);
  const patronStatus = patron?.status ?? null;
  return { lockedUntil: null, card, pinVerified: card !== null, patronStatus, patronId };
}

/**
 * The registry never assigns this number. If no card was found, this number is looked up, so that the registry is
 * called in this case, too.
 */
const unassignedPatronNumber = 'P0000000';

function answerOf(verification: Verification, pseudonym: string | null): PatronVerification {
  return verification.verified
    ? { verified: true, pseudonym, problem: null, mayRetryAt: null }
    : {
        verified: false,
        pseudonym: null,
        problem: verification.problem,
        mayRetryAt: verification.mayRetryAt,
      };
}
