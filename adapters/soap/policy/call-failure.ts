import type { UpstreamReason } from '../port.ts';

/** Whether a failed read may be retried, and when. */
export type RetryTiming =
  | 'never'
  /** A retry after a random delay. */
  | 'delayed'
  /** A retry without a delay, on a new connection. The system closed the kept connection while the call used it. */
  | 'immediate';

/**
 * A failed try of a call. The failure exists only inside `adapters/soap/`: the client turns it into an `UpstreamError`
 * with the same reason. The failure has more properties than the error, because the call policy needs them.
 *
 * | what happened        | reason             | isOutage | retry     |
 * |----------------------|--------------------|----------|-----------|
 * | HTTP 503, no fault   | `unreachable`      | true     | delayed   |
 * | kept connection lost | `unreachable`      | true     | immediate |
 * | answer is HTML       | `invalid-response` | false    | delayed   |
 * | caller aborted       | `cancelled`        | false    | never     |
 */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly reason: UpstreamReason;
  /** A description in our own words. It never contains anything that the system sent. */
  readonly detail: string;
  /** Whether the failure suggests that the system is down. The circuit breaker counts such failures. */
  readonly isOutage: boolean;
  readonly retry: RetryTiming;

  /** `isOutage` is false and `retry` is `never` by default. */
  constructor(
    reason: UpstreamReason,
    detail: string,
    policy: { readonly isOutage?: boolean; readonly retry?: RetryTiming } = {},
  ) {
    super(`${reason} (${detail})`);
    this.reason = reason;
    this.detail = detail;
    this.isOutage = policy.isOutage ?? false;
    this.retry = policy.retry ?? 'never';
  }
}
