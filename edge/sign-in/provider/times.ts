/** How long things last, in seconds. docs/guides/sign-in.md tells relying parties. */
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const times = {
  /** A page that nobody has filled in. */
  interaction: 15 * minute,
  /** At other services, too, without the PIN. Short: many readers sign in at a library's own computers. */
  session: 1 * hour,
  authorizationCode: 1 * minute,
  accessToken: 10 * minute,
  idToken: 1 * hour,
  /** Since it was used last. */
  refreshTokenIdle: 30 * day,
  /** Since the reader signed in. */
  refreshTokenTotal: 180 * day,
} as const;
