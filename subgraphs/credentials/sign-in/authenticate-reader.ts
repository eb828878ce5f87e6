/**
 * Who has this number and this PIN, for the library's sign-in page. As for partners (R28), an unknown number, a wrong PIN, a lost
 * or ended card and a lock are the same in text, in time, and in the systems that are called.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { cardByPin } from '../../operations/attempts/card-by-pin.ts';
import type { CountedAttempt } from '../../operations/attempts/counted-attempt.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import type { Caller } from '../../runtime/caller.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { countPin, type SignInAttempt } from './attempts.ts';

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
 * @throws UpstreamError where it could not be found out.
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
  const { patronId } = card;
  await recordReading(services, caller, { what: 'SIGN_IN', patronId });
  return { patronId };
}
