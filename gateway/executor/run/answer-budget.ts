/** An answer would be larger than may be; what it asked for was done. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** What a value takes with its key; of strings only those that are longer than a short one count for themselves. */
const valueBytes = 32;
const shortString = 64;

/**
 * How much more an answer may have, in bytes or so: it is made and written in one go, and nobody else is answered
 * meanwhile. It can be far larger than what subgraphs answered, for an object may stand in many places.
 */
export class Budget {
  readonly #bytes: number;
  #left: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** Throws `AnswerTooLarge`. */
  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) {
      throw new AnswerTooLarge(`The answer has more than ${this.#bytes} bytes.`);
    }
  }

  /** Of what a leaf is, beside being a value. */
  spendLeaf(leaf: unknown): void {
    if (typeof leaf === 'string' && leaf.length > shortString) {
      this.spend(leaf.length);
    }
  }

  spendValues(count: number): void {
    this.spend(count * valueBytes);
  }
}
