/** Five wrong PINs lock a card's PIN for 15 minutes (contracts' README, CMS). */
const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

export interface PinVerdict {
  readonly verified: boolean;
  readonly lockedUntil: Date | null;
}

/** Counts wrong PINs by card. While a PIN is locked the right one is not verified either, and nothing is counted. */
export class PinLock {
  readonly #clock: () => Date;
  readonly #failures = new Map<string, { count: number; lockedUntil: Date | null }>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  verify(cardNo: string, isRight: boolean): PinVerdict {
    const now = this.#clock();
    const known = this.#failures.get(cardNo);
    if (known?.lockedUntil != null && known.lockedUntil > now) {
      return { verified: false, lockedUntil: known.lockedUntil };
    }
    if (isRight) {
      this.#failures.delete(cardNo);
      return { verified: true, lockedUntil: null };
    }
    const count = (known?.lockedUntil == null ? (known?.count ?? 0) : 0) + 1;
    const lockedUntil = count < MAX_FAILURES ? null : new Date(now.getTime() + LOCK_MS);
    this.#failures.set(cardNo, { count, lockedUntil });
    return { verified: false, lockedUntil };
  }
}
