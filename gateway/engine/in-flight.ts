/** Work that is under way, by key. A request for the same key waits for its result, good or bad. */
export class InFlight<Key, Result> {
  readonly #underWay = new Map<Key, Promise<Result>>();

  has(key: Key): boolean {
    return this.#underWay.has(key);
  }

  /** The result of the work that is under way for this key, or of `begin` if there is none. */
  join(key: Key, begin: () => Promise<Result>): Promise<Result> {
    const joined = this.#underWay.get(key);
    if (joined !== undefined) {
      return joined;
    }
    const result = begin().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, result);
    return result;
  }
}
