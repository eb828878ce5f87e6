import { UpstreamError } from '../../../adapters/soap/port.ts';

/** An attempt that was counted before it is made: it counts as a failure unless it is forgiven. One of the three is called, once. */
export interface CountedAttempt {
  /**
   * For all calls that the attempt makes. It never aborts: card management counts a verification also where the client has left, so
   * the attempt must be followed to its end.
   */
  readonly signal: AbortSignal;
  /** Number and PIN, or number and code, were right: the failures before it no longer count. */
  succeeded(): Promise<void>;
  /** They don't belong together: the attempt stays counted. */
  failed(): void;
  /** It could not be found out: the attempt does not count (R26). */
  didNotExecute(): Promise<void>;
}

/** What `find` resolves to. Where a system gave no answer, the attempt no longer counts (R26). */
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
