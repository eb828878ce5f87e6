/**
 * Finds the reader with a number and PIN, for the library's sign-in page. An unknown number, a wrong PIN, a lost or
 * ended card, and a locked number must give the same answer, after the same time and with the same calls to systems.
 * The same holds for partners (R28).
 */
import { cardByPin } from '../../operations/attempts/card-by-pin.ts';
import type { CountedAttempt } from '../../operations/attempts/counted-attempt.ts';
import { recordThatStays } from '../../operations/merged-records.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import type { Caller } from '../../runtime/caller.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { beginAttempt, countPin, type SignInAttempt } from './attempts.ts';

export interface AuthenticateReaderInput extends SignInAttempt {
  readonly pin: string;
}

/** The SDL's `AuthenticatedReader`. */
export interface AuthenticatedReader {
  readonly patronId: string;
}

/**
 * Finds the reader with this number and PIN, and records the sign-in in the reader's access log. With a card of a
 * record that was merged, the reader signs in as the record that stays. Null for an unknown number, a wrong PIN, a lost
 * or ended card, and a lock. No answer, not even an error, is sent before `verificationFloorMs`.
 * @throws UpstreamError if a system could not answer.
 */
export async function authenticateReader(
  services: CredentialServices,
  caller: Caller,
  input: AuthenticateReaderInput,
): Promise<AuthenticatedReader | null> {
  beginAttempt(input);
  const attempt = await countPin(services, input);
  return attempt === null ? null : await authenticate(services, caller, input, attempt);
}

async function authenticate(
  services: CredentialServices,
  caller: Caller,
  { libraryCardNumber, pin }: AuthenticateReaderInput,
  attempt: CountedAttempt,
): Promise<AuthenticatedReader | null> {
  const card = await cardByPin(
    services.cards,
    attempt,
    libraryCardNumber,
    pin,
    ({ state }) => state === 'ACTIVE',
  );
  if (card === null) {
    return null;
  }
  const patronId = await recordThatStays(services.merged, card.patronId);
  await recordReading(services, caller, { what: 'SIGN_IN', patronId, applicationId: null });
  return { patronId };
}
