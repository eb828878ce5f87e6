/** Lifetimes, in seconds. docs/guides/sign-in.md lists them for relying parties. */
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const times = {
  /** The time that a person has to fill in a page. */
  interaction: 15 * minute,
  /**
   * With a session, a reader signs in to other services without a PIN. The lifetime is short, because many readers use
   * the library's computers.
   */
  session: 1 * hour,
  authorizationCode: 1 * minute,
  accessToken: 10 * minute,
  idToken: 1 * hour,
  /** Counted from the token's last use. */
  refreshTokenIdle: 30 * day,
  /** Counted from the reader's sign-in. */
  refreshTokenTotal: 180 * day,
} as const;
