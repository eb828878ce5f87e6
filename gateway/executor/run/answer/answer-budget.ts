import { LongNumber } from '../../long-number.ts';

/** Thrown if the answer is larger than allowed. The operation itself was executed. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** The estimated bytes of a value with its key. A key or a string longer than `shortString` adds its length. */
const valueBytes = 32;
const shortString = 64;

/**
 * The estimated bytes that are left for an answer. An answer is built and written without a pause, and no other request
 * is answered during that time. The answer can be far larger than the subgraphs' answers, because one object may occur
 * many times.
 *
 * With a budget of 100, an object of three leaves takes 3 × 32 bytes. A fourth value throws.
 */
export class AnswerBudget {
  readonly #maxBytes: number;
  #leftBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#leftBytes = maxBytes;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  /** @throws AnswerTooLarge */
  spend(bytes: number): void {
    this.#leftBytes -= bytes;
    if (this.#leftBytes < 0) {
      throw new AnswerTooLarge(`The answer has more than ${this.#maxBytes} bytes.`);
    }
  }

  /**
   * Spends the extra bytes of a leaf with a long text. The text is a string, or the digits of a `LongNumber`. Texts up
   * to `shortString` spend nothing here, because `spendValues` covers them.
   */
  spendLeaf(leaf: unknown): void {
    if (typeof leaf === 'string') {
      this.spendText(leaf);
    } else if (leaf instanceof LongNumber) {
      this.spendText(leaf.text);
    }
  }

  /** Spends the extra bytes of a long text. A client's alias may be as long as its document, in each item of a list. */
  spendText(text: string): void {
    if (text.length > shortString) {
      this.spend(text.length);
    }
  }

  spendValues(count: number): void {
    this.spend(count * valueBytes);
  }
}
