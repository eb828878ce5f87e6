/**
 * Who has this number and this PIN, for the library's sign-in page. As for partners (R28), an unknown number, a wrong PIN, a lost
 * or ended card and a lock are the same in text, in time, and in the systems that are called.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import type { Caller } from '../../runtime/caller.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { type CountedAttempt, countPin, type SignInAttempt } from './attempts.ts';

export interface AuthenticateReaderInput extends SignInAttempt {
  readonly pin: string;
}

/** The SDL's `AuthenticatedReader`. */
export interface AuthenticatedReader {
  readonly patronId: string;
}

/**
 * The reader, recorded in their access log; null for everything else. The answer takes `verificationFloorMs` or more, an error
 * too.
 * @throws UpstreamError where it could not be found out: the attempt does not count then.
 */
export async function authenticateReader(
  services: CredentialServices,
  caller: Caller,
  input: AuthenticateReaderInput,
): Promise<AuthenticatedReader | null> {
  const floor = wait(services.verificationFloorMs);
  try {
    const attempt = await countPin(services, input);
    return attempt === null ? null : await authenticate(services, caller, input, attempt);
  } finally {
    await floor;
  }
}

async function authenticate(
  services: CredentialServices,
  caller: Caller,
  { libraryCardNumber, pin }: AuthenticateReaderInput,
  attempt: CountedAttempt,
): Promise<AuthenticatedReader | null> {
  const patronId = await orForgive(attempt, () =>
    holderByPin(services, libraryCardNumber, pin, attempt.signal),
  );
  if (patronId === null) {
    attempt.failed();
    return null;
  }
  await attempt.succeeded();
  await recordReading(services, caller, { what: 'SIGN_IN', patronId });
  return { patronId };
}

/** The patron of a card in use, by its number and PIN. Calls the same systems in the same order for an unknown number as for a known one. */
async function holderByPin(
  { cards }: CredentialServices,
  number: string,
  pin: string,
  signal: AbortSignal,
): Promise<string | null> {
  // R8: with a wrong check digit there is no such card, and no system is called. That tells nothing: anybody can compute it.
  if (!hasLuhnCheckDigit(number)) {
    return null;
  }
  const verdict = await cards.verifyPin(number, pin, signal);
  const [card = null] = await cards.cardsByNumber([number], signal);
  const isVerified = !('refused' in verdict) && verdict.verified;
  return isVerified && card?.state === 'ACTIVE' ? card.patronId : null;
}

/** What `find` resolves to. Where a system gave no answer, the attempt no longer counts (R26). */
export async function orForgive<Found>(attempt: CountedAttempt, find: () => Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UpstreamError) {
      await attempt.cameToNothing();
    }
    throw error;
  }
}
