/** Counts attempts, such as attempts at a PIN, over all processes. The methods reject like the methods of `Journal`. */
export interface Attempts {
  /**
   * Counts an attempt under the key (1 to 400 characters) for `withinMs` milliseconds (at most a day). If `maxAttempts`
   * (1 to 10000) attempts are counted already, this attempt is not counted, and `until` is the time at which another
   * attempt is possible. Even concurrent attempts can't exceed the maximum. `forgiveAbout` finds the attempt by `about`
   * (1 to 400 characters). The effect is durable.
   */
  attempt(
    key: string,
    maxAttempts: number,
    withinMs: number,
    about?: string,
  ): Promise<{ readonly id: string } | { readonly until: Date }>;
  /** The number of attempts that are counted under the key now. The cost grows with this number. */
  count(key: string): Promise<number>;
  /**
   * Stops counting these attempts, because they were successful or had no effect. A crash right afterwards may undo this.
   */
  forgive(ids: readonly string[]): Promise<void>;
  /** Stops counting all attempts under the key. A crash right afterwards may undo this. */
  forgiveKey(key: string): Promise<void>;
  /** Stops counting all attempts with this `about`, under any key. A crash right afterwards may undo this. */
  forgiveAbout(about: string): Promise<void>;
}
