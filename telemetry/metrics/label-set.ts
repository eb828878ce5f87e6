/** The label of all values without their own label. OpenTelemetry's semantic conventions have this name. */
export const otherLabel = '_OTHER';
/** The label of an absent value, such as the client of a caller without a token. */
export const noLabel = '_NONE';

/**
 * A bounded set of labels. The first `max` texts that match `isLabel` become labels. All others get the label {@link
 * otherLabel}. So nobody can add an unlimited number of series to a metric.
 *
 * If `max` is 2, the texts A, B, C, A get the labels A, B, _OTHER, A.
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
