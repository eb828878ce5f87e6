/** The label of all values that have none of their own. The name is that of OpenTelemetry's semantic conventions. */
export const otherLabel = '_OTHER';
/** The label of an absent value, such as the client of a caller without a token. */
export const noLabel = '_NONE';

/**
 * The first `max` texts are labels of their own, if they match `isLabel`. All others have the label {@link otherLabel}. So nobody
 * can add any number of series to a metric.
 *
 * With `max` 2: A, B, C, A are A, B, _OTHER, A.
 */
export class LabelSet {
  readonly #max: number;
  readonly #isLabel: RegExp;
  readonly #known = new Set<string>();

  constructor(max: number, isLabel: RegExp) {
    this.#max = max;
    this.#isLabel = isLabel;
  }

  labelOf(text: string): string {
    if (this.#known.has(text)) {
      return text;
    }
    if (this.#known.size >= this.#max || !this.#isLabel.test(text)) {
      return otherLabel;
    }
    this.#known.add(text);
    return text;
  }
}
