/** The label of whatever has no place among the known ones, as OpenTelemetry's semantic conventions have it. */
export const otherLabel = '_OTHER';
/** The label of what isn't there, such as the client of a caller without a token. */
export const noLabel = '_NONE';

/**
 * Labels that become known as they are seen, up to `max` of them; later ones are {@link otherLabel}. So nobody can make a
 * metric grow. `isLabel` says what may be a label at all.
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
