/** Work that is under way, by what it is for: who asks for the same meanwhile waits for the one result, good or bad. */
export class InFlight<Key, Result> {
  /** No larger than the work under way. */
  readonly #underWay = new Map<Key, Promise<Result>>();

  has(key: Key): boolean {
    return this.#underWay.has(key);
  }

  /** The result of the work that is under way for this key, or else that of `begin`. */
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
