interface Entry {
  readonly weight: number;
  forget(): void;
}

/** Bounds what is kept in many places by what all of it weighs: what was not used for longest is forgotten first. */
export class Kept {
  readonly #mostWeight: number;
  /** In order of use. */
  readonly #entries = new Map<object, Entry>();
  #weight = 0;

  constructor(mostWeight: number) {
    this.#mostWeight = mostWeight;
  }

  /** `forget` takes the thing out of where it is kept. One heavier than everything allowed is forgotten at once. */
  add(thing: object, weight: number, forget: () => void): void {
    this.#entries.set(thing, { weight, forget });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#mostWeight) {
        return;
      }
      this.#entries.delete(oldest);
      this.#weight -= entry.weight;
      entry.forget();
    }
  }

  /** The thing was used just now. */
  touch(thing: object): void {
    const entry = this.#entries.get(thing);
    if (entry !== undefined) {
      this.#entries.delete(thing);
      this.#entries.set(thing, entry);
    }
  }
}
