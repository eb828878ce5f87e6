/** Gives out numbers after the highest that is taken, as in `P0000019`, and none of them twice. */
export class Numbering {
  readonly #prefix: string;
  readonly #width: number;
  #last = 0;

  /** A number is the prefix and `width` digits; what `taken` has after them, a check digit say, does not matter. */
  constructor(prefix: string, width: number, taken: Iterable<string>) {
    this.#prefix = prefix;
    this.#width = width;
    for (const number of taken) {
      const digits = Number(number.slice(prefix.length, prefix.length + width));
      if (digits > this.#last) {
        this.#last = digits;
      }
    }
  }

  next(): string {
    this.#last += 1;
    return this.#prefix + String(this.#last).padStart(this.#width, '0');
  }
}
