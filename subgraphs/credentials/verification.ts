import { setTimeout as wait } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { UpstreamError } from '../../adapters/soap/port.ts';
import { hasLuhnCheckDigit } from '../library/numbers.ts';
import { countPinAttempt } from '../operations/pin-attempts.ts';
import type { Caller } from '../runtime/caller.ts';
import type { CredentialServices } from './procedures/services.ts';
import { pseudonymOf } from './pseudonym.ts';
import { type Verification, type VerificationFacts, verificationOf } from './rules/cards/verification.ts';

/** Milliseconds that an answer takes at least: more than the systems take on most days. */
export const verificationFloorMs = 400;

export interface VerifyPatronInput {
  readonly libraryCardNumber: string;
  readonly pin: string;
}

/** What a partner is told: the SDL's `PatronVerification`. */
export interface PatronVerification {
  readonly verified: boolean;
  readonly pseudonym: string | null;
  readonly problem: string | null;
  readonly mayRetryAt: string | null;
}

/**
 * Whether a reader is in good standing, for a partner (R28): with a pseudonym made for that partner, and nothing else. Every
 * answer takes `verificationFloorMs` at least, and asks the same systems, so that its time tells no more than its text. Throws
 * TOO_MANY_REQUESTS for a partner with too many wrong ones over all numbers.
 */
export async function verifyPatron(
  services: CredentialServices,
  caller: Caller,
  input: VerifyPatronInput,
): Promise<PatronVerification> {
  const floor = wait(services.verificationFloorMs);
  try {
    return await verify(services, partnerOf(caller), input);
  } finally {
    await floor;
  }
}

/** The application that asks: without one there is nobody to make a pseudonym for. */
function partnerOf({ clientId }: Caller): string {
  if (clientId !== null) {
    return clientId;
  }
  throw new GraphQLError('This takes a token with a `client_id`.', { extensions: { code: 'FORBIDDEN' } });
}

async function verify(
  services: CredentialServices,
  partner: string,
  { libraryCardNumber, pin }: VerifyPatronInput,
): Promise<PatronVerification> {
  const attempt = await countPinAttempt(services, partner, libraryCardNumber);
  if (attempt.kind === 'throttled') {
    throw new GraphQLError('Too many wrong numbers and PINs: try again later.', {
      extensions: { code: 'TOO_MANY_REQUESTS' },
    });
  }
  if (attempt.kind === 'locked') {
    return told(verificationOf({ ...unasked, lockedUntil: attempt.mayRetryAt }), null);
  }
  try {
    const facts = await factsOf(services, libraryCardNumber, pin, attempt.signal);
    const verification = verificationOf(facts);
    const isWrong = !verification.verified && verification.problem === 'WRONG_NUMBER_OR_PIN';
    if (!isWrong) {
      await attempt.succeeded();
    }
    const patronId = facts.card?.patronId ?? '';
    return told(verification, pseudonymOf(services.pseudonymKey, partner, patronId));
  } catch (error) {
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
    services.log.warn({}, error.message);
    await attempt.cameToNothing();
    return { verified: false, pseudonym: null, problem: 'SYSTEM_UNAVAILABLE', mayRetryAt: null };
  }
}

const unasked: VerificationFacts = { lockedUntil: null, card: null, pinVerified: false, patronStatus: null };

/** Asks the same for a number that nobody has. */
async function factsOf(
  { cards, patrons }: CredentialServices,
  number: string,
  pin: string,
  signal: AbortSignal,
): Promise<VerificationFacts> {
  // R8: of a number with a wrong check digit there is no card, and nobody is asked.
  if (!hasLuhnCheckDigit(number)) {
    return unasked;
  }
  const verdict = await cards.verifyPin(number, pin, signal);
  const [card = null] = await cards.cardsByNumber([number], signal);
  const [patron = null] = await patrons.findMany([card?.patronId ?? nobody], signal);
  return {
    lockedUntil: null,
    card,
    pinVerified: !('refused' in verdict) && verdict.verified,
    patronStatus: patron?.status ?? null,
  };
}

/** A patron number that is never given out. */
const nobody = 'P0000000';

function told(verification: Verification, pseudonym: string | null): PatronVerification {
  return verification.verified
    ? { verified: true, pseudonym, problem: null, mayRetryAt: null }
    : {
        verified: false,
        pseudonym: null,
        problem: verification.problem,
        mayRetryAt: verification.mayRetryAt,
      };
}
