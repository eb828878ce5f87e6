/** Attempts to guess something, such as a PIN, counted where all processes see them. Rejects as a `Journal` does. */
export interface Attempts {
  /**
   * Counts an attempt under the key (1 to 400 characters) for `withinMs` milliseconds (at most a day), unless
   * `maxAttempts` (1 to 10000) count already. `until` is then the time at which there is room for another. Of several
   * concurrent attempts no more are counted than there is room for. `about`, of the same form as a key, is what
   * `forgiveAbout` finds the attempt by. Durable.
   */
  attempt(
    key: string,
    maxAttempts: number,
    withinMs: number,
    about?: string | null,
  ): Promise<{ readonly id: string } | { readonly until: Date }>;
  /** How many attempts under the key count now. It reads each of them. */
  count(key: string): Promise<number>;
  /** These attempts were right, or came to nothing: they no longer count. A crash right after this may undo it. */
  forgive(ids: readonly string[]): Promise<void>;
  /** The same for all attempts that were counted under the key. */
  forgiveKey(key: string): Promise<void>;
  /** The same for all attempts that were counted with this `about`, under any key. */
  forgiveAbout(about: string): Promise<void>;
}
