import type { Credential, Instant } from '../../../../adapters/credentials/port.ts';
import type { PatronStatus } from '../../../../adapters/patrons/port.ts';

/** What a partner learns (R28), but for the pseudonym. */
export type Verification =
  | { readonly verified: true }
  | {
      readonly verified: false;
      readonly problem: 'WRONG_NUMBER_OR_PIN' | 'PIN_LOCKED' | 'NOT_IN_GOOD_STANDING';
      readonly mayRetryAt: Instant | null;
    };

export interface VerificationFacts {
  /**
   * By the failures counted for that partner and number, known or not. Card management's own lock is not told: only a
   * known number can have one.
   */
  readonly lockedUntil: Instant | null;
  /** Null for an unknown number. */
  readonly card: Credential | null;
  /** Card management's verdict; false where it was not asked, and while it has the PIN locked. */
  readonly pinVerified: boolean;
  /** Null where the registry has no such patron. */
  readonly patronStatus: PatronStatus | null;
}

const refused = (problem: 'WRONG_NUMBER_OR_PIN' | 'NOT_IN_GOOD_STANDING') =>
  ({ verified: false, problem, mayRetryAt: null }) as const;

/**
 * R28: unknown number, wrong PIN, lost or ended card are one answer. Who knows number and PIN of a card in use, and no one
 * else, learns whether its holder is in good standing: an active patron (R15).
 */
export function verificationOf({
  lockedUntil,
  card,
  pinVerified,
  patronStatus,
}: VerificationFacts): Verification {
  if (lockedUntil !== null) {
    return { verified: false, problem: 'PIN_LOCKED', mayRetryAt: lockedUntil };
  }
  if (card?.state !== 'ACTIVE' || !pinVerified) {
    return refused('WRONG_NUMBER_OR_PIN');
  }
  return patronStatus === 'ACTIVE' ? { verified: true } : refused('NOT_IN_GOOD_STANDING');
}
