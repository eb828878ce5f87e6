/**
 * What the rest of the system sees of the SOAP client: its one error type.
 *
 * One error type per boundary: outside `adapters/soap/`, every failed call to a legacy system is an `UpstreamError`
 * with one of the reasons below. Inside, a try fails with a `CallFailure`, which also tells the circuit breaker
 * and the retry what to do; `client.ts` turns it into an `UpstreamError` with the same reason. One table leads from a
 * reason to the code that a client of the graph sees: `subgraphs/runtime/errors.ts`.
 */

/**
 * Why a legacy system gave no usable answer. The union is closed: every failure of an adapter is one of these, and no
 * code, text or envelope of the vendor's travels with it. For a change, `outcome-unknown` means that it may have been
 * made; with every other reason it was not made and never will be.
 */
export type UpstreamReason =
  /** No answer before the deadline. */
  | 'timeout'
  /** No connection, a lost connection, or an open circuit breaker. */
  | 'unreachable'
  /** Our own limit on calls to this system is reached. Nothing was sent. */
  | 'overloaded'
  /** The system answers that it is busy, or down for housekeeping. */
  | 'busy'
  /** What came back is not a valid reply: an HTML page, a document cut short, the answer to another operation. */
  | 'invalid-response'
  /** The system does not accept our credentials. */
  | 'unauthorized'
  /** The system answered with a fault or a code that has no meaning for this call. */
  | 'rejected'
  /** The contract has no form for the request. It was not sent, and a retry can't help. */
  | 'unencodable'
  /** The caller aborted. Never counted against the system. */
  | 'cancelled'
  /**
   * Changes only: the system may have received it, and no answer tells whether it was made. It is not retried; each
   * port says how to find out.
   */
  | 'outcome-unknown';

/** The systems behind the graph, named by what they hold. */
export type UpstreamSystem = 'patron registry' | 'card management' | 'circulation';

/**
 * The only error that an adapter of a legacy system rejects with. The message names the system, the reason and the
 * operation, as in `circulation: timeout (GetLoans: no answer by the deadline)`. It never contains a key, a value or an
 * envelope.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly system: UpstreamSystem;
  readonly reason: UpstreamReason;

  constructor(system: UpstreamSystem, reason: UpstreamReason, detail: string) {
    super(`${system}: ${reason} (${detail})`);
    this.system = system;
    this.reason = reason;
  }
}
