/** Makes unique numbers, such as `P0000019`, starting after the highest one in use. */
export class Numbering {
  readonly #prefix: string;
  readonly #width: number;
  #last = 0;

  /**
   * Each number is the prefix and `width` digits. Numbers in `taken` may have more characters, such as a check digit,
   * which are ignored.
   */
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
