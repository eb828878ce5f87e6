/** Counts attempts, such as attempts at a PIN, over all processes. Rejects as a `Journal` does. */
export interface Attempts {
  /**
   * Counts an attempt under the key (1 to 400 characters) for `withinMs` milliseconds (at most a day). If `maxAttempts`
   * (1 to 10000) count already, the attempt is not counted, and `until` is the time at which there is room for another. This
   * holds for concurrent attempts, too. `forgiveAbout` finds the attempt by `about` (1 to 400 characters). Durable.
   */
  attempt(
    key: string,
    maxAttempts: number,
    withinMs: number,
    about?: string,
  ): Promise<{ readonly id: string } | { readonly until: Date }>;
  /** How many attempts under the key count now. Reads each of them. */
  count(key: string): Promise<number>;
  /** These attempts no longer count: they were right, or had no effect. A crash right after this may undo it. */
  forgive(ids: readonly string[]): Promise<void>;
  /** The same for all attempts that were counted under the key. */
  forgiveKey(key: string): Promise<void>;
  /** The same for all attempts that were counted with this `about`, under any key. */
  forgiveAbout(about: string): Promise<void>;
}
