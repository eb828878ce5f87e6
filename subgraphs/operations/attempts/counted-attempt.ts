import { UpstreamError } from '../../../adapters/soap/port.ts';

/** An attempt that was counted as a failure before it is made. Exactly one of the three methods is called, once. */
export interface CountedAttempt {
  /**
   * For all calls of the attempt. It never aborts: card management counts a verification even if the client has left, so the
   * attempt must be followed to its end.
   */
  readonly signal: AbortSignal;
  /** Number and PIN, or number and code, were right: the failures before it no longer count. */
  succeeded(): Promise<void>;
  /** They don't belong together: the attempt stays counted. */
  failed(): void;
  /** No system has judged it: the attempt does not count (R26). */
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
