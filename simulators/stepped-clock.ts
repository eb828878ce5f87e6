/** A system's clock, which can be set wrong while the system runs. */
export class SteppedClock {
  readonly #real: () => Date;
  /** How far the clock is ahead, in ms. A negative number means that it is behind. */
  offsetMs = 0;

  constructor(real: () => Date) {
    this.#real = real;
  }

  /** The time that the system shows and writes. */
  readonly now = (): Date => new Date(this.realMs() + this.offsetMs);

  /** A time in ms for measuring durations. Moving the clock doesn't change it. */
  realMs(): number {
    return this.#real().getTime();
  }
}
