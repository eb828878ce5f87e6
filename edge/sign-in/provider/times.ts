/** How long things last, in seconds. docs/guides/sign-in.md tells relying parties. */
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const times = {
  /** For filling in a page. */
  interaction: 15 * minute,
  /** It signs in to other services without the PIN. Short, because many readers use a library's own computers. */
  session: 1 * hour,
  authorizationCode: 1 * minute,
  accessToken: 10 * minute,
  idToken: 1 * hour,
  /** Since its last use. */
  refreshTokenIdle: 30 * day,
  /** Since the reader signed in. */
  refreshTokenTotal: 180 * day,
} as const;
