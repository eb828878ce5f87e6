import type { UpstreamReason } from '../port.ts';

/** Whether and when a failed read may be tried once more. */
export type RetryTiming =
  | 'never'
  /** After a random delay. */
  | 'delayed'
  /** Without a delay, on a new connection: the system closed the kept one while the call used it. */
  | 'immediate';

/**
 * A failed try of a call. It exists inside `adapters/soap/` only: the client turns it into an `UpstreamError` with the same
 * reason. It says more than that error does, because the call policy decides by it.
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
  /** Our own words only, and nothing that the system sent. */
  readonly detail: string;
  /** Whether it suggests that the system is down. The circuit breaker counts these. */
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
