/**
 * The SOAP client's interface to the rest of the program: its one error type.
 *
 * Outside `adapters/soap/`, every failed call to a legacy system is an `UpstreamError` with one of the reasons below.
 * Inside, a failed try is a `CallFailure`, which also controls the circuit breaker and the retry. `client.ts` turns it
 * into an `UpstreamError` with the same reason. One table maps each reason to the code that a client of the graph sees:
 * `subgraphs/runtime/errors.ts`.
 */
import type { System } from '../../platform/systems.ts';

/**
 * The reason why a legacy system gave no usable answer. The union is closed: every failure of an adapter has one of
 * these reasons, and never the vendor's code, text or envelope. A change that fails with `outcome-unknown` may have
 * been made. A change that fails with any other reason was not made and never will be.
 */
export type UpstreamReason =
  /** No answer before the deadline. */
  | 'timeout'
  /** No connection, a lost connection, or an open circuit breaker. */
  | 'unreachable'
  /** Our own limit on calls to this system is reached. Nothing was sent. */
  | 'overloaded'
  /** The caller's own calls to this system fill the caller's share. Nothing was sent. */
  | 'over-share'
  /** The system answered that it is busy, or closed for maintenance. */
  | 'busy'
  /**
   * The answer is not a valid reply. It may be an HTML page, a truncated document, or the answer to another operation.
   */
  | 'invalid-response'
  /** The system does not accept our credentials. */
  | 'unauthorized'
  /** The system answered with a fault or a code that has no meaning for this call. */
  | 'rejected'
  /** The contract has no form for the request. It was not sent, and a retry can't help. */
  | 'unencodable'
  /** The caller aborted. This never counts as a failure of the system. */
  | 'cancelled'
  /**
   * Only for changes. The system may have received the change, and no answer says whether it was made. The change is
   * not sent again. Each port says how to find out whether it was made.
   */
  | 'outcome-unknown';

/** The systems behind the graph, named after their content. */
export type UpstreamSystem = System['name'];

/**
 * The only error that an adapter of a legacy system rejects with. The message names the system, the reason and the
 * operation, for example `circulation: timeout (GetLoans: no answer by the deadline)`. It never contains a key, a value
 * or an envelope.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly system: UpstreamSystem;
  readonly reason: UpstreamReason;
  /** The time after which to try again, in seconds. Null unless the system gave one with `busy`. */
  readonly retryAfterSeconds: number | null;

  constructor(
    system: UpstreamSystem,
    reason: UpstreamReason,
    detail: string,
    retryAfterSeconds: number | null = null,
  ) {
    super(`${system}: ${reason} (${detail})`);
    this.system = system;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
