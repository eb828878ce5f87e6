import type { PinVerdict } from '../../../adapters/credentials/port.ts';
import { zonedOf } from '../../../simulators/hong-kong-time.ts';

const mostFailures = 5;
const lockMs = 15 * 60_000;

/** Five wrong PINs lock a card's PIN for 15 minutes. Meanwhile, nothing is counted. A right PIN resets the count. */
export class PinLocks {
  readonly #clock: () => Date;
  readonly #failures = new Map<string, { readonly count: number; readonly lockedUntil: Date | null }>();

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  verify(number: string, isRight: boolean): PinVerdict {
    const now = this.#clock();
    const { count, lockedUntil } = this.#failures.get(number) ?? { count: 0, lockedUntil: null };
    if (lockedUntil !== null && lockedUntil > now) {
      return { verified: false, lockedUntil: zonedOf(lockedUntil) };
    }
    if (isRight) {
      this.#failures.delete(number);
      return { verified: true, lockedUntil: null };
    }
    const failures = lockedUntil === null ? count + 1 : 1;
    const until = failures < mostFailures ? null : new Date(now.getTime() + lockMs);
    this.#failures.set(number, { count: failures, lockedUntil: until });
    return { verified: false, lockedUntil: until === null ? null : zonedOf(until) };
  }
}
