import { dayOf, timeOfDayOf } from '../hong-kong-time.ts';
import { dateOf, parseUtc, type Ticks, ticksOf } from './ledger/ticks.ts';

/** RPS is down from 23:30 to 00:15 Hong Kong time. */
const CLOSES_AT = 23 * 3600 + 30 * 60;
const OPENS_AT = 15 * 60;
const DAY_SECONDS = 86_400;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * RPS's clock, for example for orders and opening hours. The control route can move it. Security checks use the
 * machine's clock instead.
 */
export class RpsClock {
  readonly #machine: () => Date;
  #offset: Ticks = 0n;
  #closesAtNight = false;

  constructor(machine: () => Date) {
    this.#machine = machine;
  }

  now = (): Ticks => ticksOf(this.#machine()) + this.#offset;

  /** The present day in Hong Kong. */
  today = (): string => dayOf(dateOf(this.now()));

  /**
   * Moves the clock. RPS closes at night only after a move to a UTC time, until a move to `real`. With the real time,
   * demonstrations and tests would fail at night.
   * @param move `+16m`, `-2d` (`s`, `m`, `h` or `d`), a UTC time, or `real`.
   * @returns False if `move` has none of these forms, or leads to a time before 1970.
   */
  move(move: string): boolean {
    const [, sign, count, unit = ''] = /^([+-])(\d{1,9})([smhd])$/.exec(move) ?? [];
    const ms = Number(`${sign}${count}`) * (UNITS_MS[unit] ?? Number.NaN);
    const at = parseUtc(move);
    if (move === 'real') {
      this.#offset = 0n;
      this.#closesAtNight = false;
    } else if (at !== null) {
      this.#closesAtNight = true;
      this.#offset = at - ticksOf(this.#machine());
    } else if (Number.isFinite(ms) && this.now() + BigInt(ms) * 10_000n >= 0n) {
      this.#offset += BigInt(ms) * 10_000n;
    } else {
      return false;
    }
    return true;
  }

  /** Returns the time until RPS opens again, in whole seconds. Null if RPS is open. */
  closedForSeconds(): number | null {
    const seconds = timeOfDayOf(dateOf(this.now()));
    if (!this.#closesAtNight || (seconds < CLOSES_AT && seconds >= OPENS_AT)) {
      return null;
    }
    return Math.ceil((OPENS_AT - seconds + DAY_SECONDS) % DAY_SECONDS);
  }
}
