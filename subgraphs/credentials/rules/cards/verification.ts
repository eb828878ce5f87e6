import type { Credential, Instant } from '../../../../adapters/credentials/port.ts';
import type { PatronStatus } from '../../../../adapters/patrons/port.ts';

/** The answer to a partner (R28), without the pseudonym. */
export type Verification =
  | { readonly verified: true }
  | {
      readonly verified: false;
      readonly problem: 'WRONG_NUMBER_OR_PIN' | 'PIN_LOCKED' | 'NOT_IN_GOOD_STANDING';
      readonly mayRetryAt: Instant | null;
    };

export interface VerificationFacts {
  /**
   * The time until which this partner may not try this number, because the partner has failed too often. Failures are
   * counted even for unknown numbers. Card management's own lock is not shown, because it would reveal that the number
   * exists.
   */
  readonly lockedUntil: Instant | null;
  /** Null for an unknown number. */
  readonly card: Credential | null;
  /**
   * Whether card management accepted the PIN. False if card management was not called, and while it keeps the PIN
   * locked.
   */
  readonly pinVerified: boolean;
  /** Null if the registry has no such patron. */
  readonly patronStatus: PatronStatus | null;
}

/** Whether a patron of this status may borrow, renew and reserve (R15). */
export const isInGoodStanding: Readonly<Record<PatronStatus, boolean>> = {
  ACTIVE: true,
  SUSPENDED: false,
  CLOSED: false,
};

const notVerified = (problem: 'WRONG_NUMBER_OR_PIN' | 'NOT_IN_GOOD_STANDING') =>
  ({ verified: false, problem, mayRetryAt: null }) as const;

/**
 * The answer to a partner. An unknown number, a wrong PIN, a lost card and an ended card give the same answer (R28). A
 * partner needs the number and the PIN of a card in use to learn whether its holder is in good standing.
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
