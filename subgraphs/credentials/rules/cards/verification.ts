import type { Credential, Instant } from '../../../../adapters/credentials/port.ts';
import type { PatronStatus } from '../../../../adapters/patrons/port.ts';

/** What a partner learns (R28), except for the pseudonym. */
export type Verification =
  | { readonly verified: true }
  | {
      readonly verified: false;
      readonly problem: 'WRONG_NUMBER_OR_PIN' | 'PIN_LOCKED' | 'NOT_IN_GOOD_STANDING';
      readonly mayRetryAt: Instant | null;
    };

export interface VerificationFacts {
  /**
   * Until when this partner may not try this number, by its own failures. They are counted for unknown numbers too. Card
   * management's own lock is left out: only an existing number can have one, so reporting it would reveal the number.
   */
  readonly lockedUntil: Instant | null;
  /** Null for an unknown number. */
  readonly card: Credential | null;
  /** Card management's verdict. False where it was not asked, and while it keeps the PIN locked. */
  readonly pinVerified: boolean;
  /** Null where the registry has no such patron. */
  readonly patronStatus: PatronStatus | null;
}

/** R15: whether a patron of that status may borrow, renew and reserve. */
export const isInGoodStanding: Readonly<Record<PatronStatus, boolean>> = {
  ACTIVE: true,
  SUSPENDED: false,
  CLOSED: false,
};

const notVerified = (problem: 'WRONG_NUMBER_OR_PIN' | 'NOT_IN_GOOD_STANDING') =>
  ({ verified: false, problem, mayRetryAt: null }) as const;

/**
 * R28: an unknown number, a wrong PIN, a lost card and an ended card give the same answer. Only somebody who knows number and
 * PIN of a card in use learns whether its holder is in good standing.
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
    return notVerified('WRONG_NUMBER_OR_PIN');
  }
  return patronStatus !== null && isInGoodStanding[patronStatus]
    ? { verified: true }
    : notVerified('NOT_IN_GOOD_STANDING');
}
