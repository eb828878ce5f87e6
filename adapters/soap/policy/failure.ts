import type { UpstreamReason } from '../port.ts';

/** When a failed read may be tried once more. */
export type Again =
  | 'never'
  /** After a random wait. */
  | 'later'
  /** At once, on a new connection: the old one was closed under the call. */
  | 'at once';

/** One attempt that came to nothing: what the caller is told, and what the policy makes of it. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly reason: UpstreamReason;
  /** In our own words, with no word of the system's. */
  readonly detail: string;
  /** Whether it is a sign that the system is down, for the circuit breaker. */
  readonly counts: boolean;
  readonly again: Again;

  constructor(reason: UpstreamReason, detail: string, policy: { counts?: boolean; again?: Again } = {}) {
    super(`${reason} (${detail})`);
    this.reason = reason;
    this.detail = detail;
    this.counts = policy.counts ?? false;
    this.again = policy.again ?? 'never';
  }
}
