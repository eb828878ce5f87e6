/** The times of a sender, in ms. */
export interface SendingTimes {
  /**
   * The longest pause before the second attempt, in ms. Each further pause may be twice as long, up to `maxRetryMs`.
   */
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /**
   * The age, in ms, from which a notice is given up after a failed attempt. It counts from the making of the notice, or
   * from the last request of staff to send it again.
   */
  readonly giveUpAfterMs: number;
  /** The longest pause for an endpoint at which every attempt fails. */
  readonly maxEndpointPauseMs: number;
  /** Pause if no notice is due. */
  readonly pollMs: number;
}

/**
 * With these times, the first pauses are at most 5, 10 and 20 seconds. Later pauses last three to six hours. The last
 * attempt is made after three days. In all, there are about thirty attempts.
 */
export const sendingTimes: SendingTimes = {
  firstRetryMs: 5_000,
  maxRetryMs: 21_600_000,
  giveUpAfterMs: 259_200_000,
  maxEndpointPauseMs: 30_000,
  pollMs: 1_000,
};

/**
 * The pause after a failed attempt. It grows exponentially, and half of it is random, so that notices that failed
 * together are not repeated together. It is never shorter than the endpoint requested.
 * @param attempts the number of attempts so far, from 1
 */
export function retryMs(
  attempts: number,
  { firstRetryMs, maxRetryMs }: SendingTimes,
  askedForMs: number | null,
  random: () => number,
): number {
  const longest = Math.min(firstRetryMs * 2 ** (attempts - 1), maxRetryMs);
  return Math.round(Math.max(longest * (0.5 + random() / 2), askedForMs ?? 0));
}
