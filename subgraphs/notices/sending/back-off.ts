/** The times of a sender, in ms. */
export interface SendingTimes {
  /** The longest pause before the second attempt. Each further pause may be twice as long. */
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** A notice is given up at the first attempt that fails this long after it was made, or asked for again. */
  readonly giveUpAfterMs: number;
  /** The longest pause of an endpoint at which every attempt fails. */
  readonly maxEndpointPauseMs: number;
  /** Pause where nothing is due. */
  readonly pollMs: number;
}

/** Attempts after about 5, 10, 20 seconds, and so on, and then every six hours, for three days: some twenty. */
export const sendingTimes: SendingTimes = {
  firstRetryMs: 5_000,
  maxRetryMs: 21_600_000,
  giveUpAfterMs: 259_200_000,
  maxEndpointPauseMs: 30_000,
  pollMs: 1_000,
};

/**
 * The pause after the `attempts`th attempt, from 1: exponential, and half of it random, so that notices that failed together
 * don't come back together. At least what the endpoint asked for.
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
