import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { UpstreamError } from '../../adapters/soap/port.ts';
import { hongKongInstant } from '../calendar.ts';
import type { Caller } from '../caller.ts';
import { hasLuhnCheckDigit } from '../numbers.ts';
import type { CardDesk } from './desk.ts';
import { pseudonymOf } from './pseudonym.ts';
import { type Verification, type VerificationFacts, verificationOf } from './rules/verification.ts';

/** Five wrong PINs in a quarter of an hour, for one partner and number, known or not. */
const attemptsPerNumber = 5;
/** Wrong ones of a partner's over all numbers: more is guessing. */
const attemptsPerPartner = 100;
const windowMs = 15 * 60 * 1000;
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
  desk: CardDesk,
  caller: Caller,
  input: VerifyPatronInput,
  signal: AbortSignal,
): Promise<PatronVerification> {
  const floor = wait(desk.verificationFloorMs);
  try {
    return await verify(desk, partnerOf(caller), input, signal);
  } finally {
    await floor;
  }
}

/** The application that asks: without one there is nobody to make a pseudonym for. */
function partnerOf({ clientId }: Caller): string {
  if (clientId !== null) return clientId;
  throw new GraphQLError('This takes a token with a `client_id`.', { extensions: { code: 'FORBIDDEN' } });
}

async function verify(
  desk: CardDesk,
  partner: string,
  { libraryCardNumber, pin }: VerifyPatronInput,
  signal: AbortSignal,
): Promise<PatronVerification> {
  const { attempts, fingerprintKey } = desk;
  // Whoever reads what is counted learns no number, and any partner's name is short enough.
  const keyed = (text: string) => createHmac('sha256', fingerprintKey).update(text).digest('base64url');
  const ofPartner = await count(desk, `partner ${keyed(partner)}`, attemptsPerPartner);
  if ('until' in ofPartner) {
    throw new GraphQLError('Too many wrong numbers and PINs: try again later.', {
      extensions: { code: 'TOO_MANY_REQUESTS' },
    });
  }
  const ofNumber = await count(
    desk,
    `partner ${keyed(partner)} number ${keyed(libraryCardNumber)}`,
    attemptsPerNumber,
  );
  const forgive = () =>
    attempts.forgive(['id' in ofNumber ? ofNumber.id : null, ofPartner.id].filter((id) => id !== null));
  if ('until' in ofNumber) {
    return told(verificationOf({ ...unasked, lockedUntil: hongKongInstant(ofNumber.until) }), null);
  }
  try {
    const facts = await factsOf(desk, libraryCardNumber, pin, signal);
    const verification = verificationOf(facts);
    const isWrong = !verification.verified && verification.problem === 'WRONG_NUMBER_OR_PIN';
    if (!isWrong) await forgive();
    const patronId = facts.card?.patronId ?? '';
    return told(verification, pseudonymOf(desk.pseudonymKey, partner, patronId));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    desk.log.warn({}, error.message);
    // What could not be found out was not wrong (R26).
    await forgive();
    return { verified: false, pseudonym: null, problem: 'SYSTEM_UNAVAILABLE', mayRetryAt: null };
  }
}

/** Milliseconds between two tries to be counted. */
const tryAgainMs = 100;

/**
 * Counts an attempt. Where there is no room for another, those that are under way may yet turn out right and leave some:
 * it waits for that, within the floor.
 */
async function count(
  { attempts, monotonic, verificationFloorMs: floorMs }: CardDesk,
  key: string,
  most: number,
) {
  const end = monotonic() + floorMs - tryAgainMs;
  for (;;) {
    const attempt = await attempts.attempt(key, most, windowMs);
    if ('id' in attempt || monotonic() >= end) return attempt;
    await wait(tryAgainMs);
  }
}

const unasked: VerificationFacts = { lockedUntil: null, card: null, pinVerified: false, patronStatus: null };

/** Asks the same for a number that nobody has. */
async function factsOf(
  { cards, patrons }: CardDesk,
  number: string,
  pin: string,
  signal: AbortSignal,
): Promise<VerificationFacts> {
  // R8: of a number with a wrong check digit there is no card, and nobody is asked.
  if (!hasLuhnCheckDigit(number)) return unasked;
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
