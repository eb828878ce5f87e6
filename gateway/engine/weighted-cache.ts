interface Entry {
  readonly weight: number;
  /** Whether it was used since it was last looked at. */
  used: boolean;
  forget(): void;
}

/**
 * Bounds what is kept in many places by what all of it weighs: what was not used for long is forgotten first. Each has a
 * second chance when its turn comes, so that using a thing moves nothing.
 */
export class WeightedCache {
  readonly #mostWeight: number;
  /** In the order of their turns. */
  readonly #entries = new Map<object, Entry>();
  #weight = 0;

  constructor(mostWeight: number) {
    this.#mostWeight = mostWeight;
  }

  /** `forget` takes the thing out of where it is kept. One heavier than everything allowed is forgotten at once. */
  add(thing: object, weight: number, forget: () => void): void {
    this.#entries.set(thing, { weight, used: true, forget });
    this.#weight += weight;
    for (const [next, entry] of this.#entries) {
      if (this.#weight <= this.#mostWeight) {
        return;
      }
      this.#entries.delete(next);
      if (entry.used) {
        entry.used = false;
        this.#entries.set(next, entry);
      } else {
        this.#weight -= entry.weight;
        entry.forget();
      }
    }
  }

  /** The thing was used just now. */
  touch(thing: object): void {
    const entry = this.#entries.get(thing);
    if (entry !== undefined) {
      entry.used = true;
    }
  }
}
