/**
 * Numbers that a system gives itself: two systems may number orders, charges and changes differently. A request has a
 * placeholder for the n-th of a kind, which each system's own number replaces, and an answer is compared with the
 * placeholder again.
 */
export type NumberKind = 'order' | 'charge' | 'seq';

const open = '\uE000';
const close = '\uE001';

/** Stands for the n-th number of a kind in a request that goes to several systems. */
export const placeholder = (kind: NumberKind, index: number): string => `${open}${kind}${index}${close}`;

export class NamesOfSystem {
  readonly #numbers: Readonly<Record<NumberKind, string[]>> = { order: [], charge: [], seq: [] };

  /** Takes the next number of its kind. A known one is left where it is. */
  learn(kind: NumberKind, number: string): void {
    if (!this.#numbers[kind].includes(number)) {
      this.#numbers[kind].push(number);
    }
  }

  count(kind: NumberKind): number {
    return this.#numbers[kind].length;
  }

  /** The text with the system's own numbers in place of placeholders. */
  render(text: string): string {
    return text.replaceAll(/\uE000([a-z]+)(\d+)\uE001/g, (_, kind: NumberKind, index: string) => {
      const number = this.#numbers[kind][Number(index)];
      if (number === undefined) {
        throw new Error(`${kind} ${index} is not known`);
      }
      return number;
    });
  }

  /** The placeholder for a number that the system gave, or the text as it is. */
  abstract(kind: NumberKind, text: string): string {
    const index = this.#numbers[kind].indexOf(text);
    return index === -1 ? text : `${kind} ${index}`;
  }
}
