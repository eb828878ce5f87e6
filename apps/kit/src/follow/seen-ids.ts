/** The ids of the newest events, so that an event that comes twice can be ignored. */
export class SeenIds {
  readonly #ids = new Set<string>();
  readonly #max: number;

  /** @param max the number of ids that are kept; the oldest are forgotten */
  constructor(max: number) {
    this.#max = max;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > this.#max) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
  }
}
