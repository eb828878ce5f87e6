/** Five wrong PINs lock a card's PIN for 15 minutes. */
const MAX_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

export interface PinVerdict {
  readonly verified: boolean;
  readonly lockedUntil: Date | null;
}

/** Counts wrong PINs by card. While a PIN is locked, even the right PIN is refused, and failures are not counted. */
export class PinLock {
  readonly #clock: () => Date;
  readonly #failures = new Map<string, { count: number; lockedUntil: Date | null }>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  verify(cardNo: string, isRight: boolean): PinVerdict {
    const now = this.#clock();
    const previous = this.#failures.get(cardNo);
    if (previous?.lockedUntil != null && previous.lockedUntil > now) {
      return { verified: false, lockedUntil: previous.lockedUntil };
    }
    if (isRight) {
      this.#failures.delete(cardNo);
      return { verified: true, lockedUntil: null };
    }
    const count = (previous?.lockedUntil == null ? (previous?.count ?? 0) : 0) + 1;
    const lockedUntil = count < MAX_FAILURES ? null : new Date(now.getTime() + LOCK_MS);
    this.#failures.set(cardNo, { count, lockedUntil });
    return { verified: false, lockedUntil };
  }
}
