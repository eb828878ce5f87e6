import { Overloaded } from './request.ts';

/** Work that is in progress, by key. Further requests for the same key wait for its result or its error. */
export class InFlight<Key, Result> {
  readonly #underWay = new Map<Key, Promise<Result>>();

  has(key: Key): boolean {
    return this.#underWay.has(key);
  }

  /**
   * Returns the result of the work in progress for this key. If there is none, starts the work with `begin`.
   *
   * If the work is refused with `Overloaded`, one of the waiting requests calls its own `begin`, because perhaps only
   * the first caller has too many requests.
   */
  join(key: Key, begin: () => Promise<Result>): Promise<Result> {
    const joined = this.#underWay.get(key);
    if (joined !== undefined) {
      return joined.catch((error: unknown) => {
        if (error instanceof Overloaded) {
          return this.join(key, begin);
        }
        throw error;
      });
    }
    const result = begin().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, result);
    return result;
  }
}
