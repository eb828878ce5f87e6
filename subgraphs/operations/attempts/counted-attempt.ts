import { UpstreamError } from '../../../adapters/soap/port.ts';

/**
 * An attempt that is counted as a failure before it is made. Afterwards, exactly one of the three methods must be
 * called, once.
 */
export interface CountedAttempt {
  /**
   * The signal for all calls of the attempt. It never aborts. Card management counts a verification even if the client
   * has disconnected, so the attempt must be completed.
   */
  readonly signal: AbortSignal;
  /** To be called if the number and its PIN or code were right. The failures before this attempt are then forgiven. */
  succeeded(): Promise<void>;
  /** To be called if the number and its PIN or code don't belong together. The attempt stays counted. */
  failed(): Promise<void>;
  /** To be called if no system said whether it was right. It is then no longer counted (R26). */
  didNotExecute(): Promise<void>;
}

/** Resolves to the result of `find`. If a system did not answer, the attempt is no longer counted (R26). */
export async function orForgive<Found>(attempt: CountedAttempt, find: () => Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UpstreamError) {
      await attempt.didNotExecute();
    }
    throw error;
  }
}
