/**
 * Why a legacy system gave no usable answer. Closed: every adapter failure is one of these, and no vendor code,
 * text or envelope travels with it. Of a change, `outcome-unknown` means that it may have been done, and every other
 * reason that it was not and never will be.
 */
export type UpstreamReason =
  /** No answer by the deadline. */
  | 'timeout'
  /** Not reached, connection lost, or the circuit breaker is open. */
  | 'unreachable'
  /** Our own bound on calls to this system is full; nothing was sent. */
  | 'overloaded'
  /** The system says so itself: busy, or housekeeping. */
  | 'busy'
  /** Something came back that is not a valid reply: a page, a cut-off document, another operation's answer. */
  | 'invalid-response'
  /** The system does not accept our own credentials. */
  | 'unauthorized'
  /** The system answered with a fault or code that the call has no meaning for. */
  | 'rejected'
  /** The request has no form in the system's contract: it was not sent, and never can be. */
  | 'unencodable'
  /** The caller went away. Never counted against the system. */
  | 'cancelled'
  /**
   * Of a change only: it may have been received, and nothing that came back tells whether it was done. Not tried again;
   * each port says how to find out.
   */
  | 'outcome-unknown';

/** The systems behind the graph, by what they hold. */
export type UpstreamSystem = 'patron registry' | 'card management' | 'circulation';

/**
 * Whom a call is made for, the most urgent first. When more is asked of a system than it can do, calls wait by their class:
 * a flood of a lower one never takes the last connections from a higher one.
 */
export const callClasses = [
  /** Changes that a reader, a station or staff wait for. */
  'lending',
  /** What readers read of their own, and stations of the reader who stands there. */
  'reader',
  /** What staff read over all patrons, lists above all, and what partners ask. */
  'staff',
  /** The public catalogue, and whatever else nobody signed in for. */
  'anonymous',
  /** What nobody waits for: finding out what became of operations, and the like. */
  'background',
] as const;
export type CallClass = (typeof callClasses)[number];

/** Makes one for each class, once. */
export function perClass<One>(make: (callClass: CallClass) => One): (callClass: CallClass) => One {
  const made = new Map(callClasses.map((callClass) => [callClass, make(callClass)]));
  return (callClass) => {
    const one = made.get(callClass);
    if (one === undefined) {
      throw new TypeError(`${callClass} is no class of calls`);
    }
    return one;
  };
}

/** A port whose calls are made in one class; the port itself is that of `lending`. */
export interface ByClass<Port> {
  forClass(callClass: CallClass): Port;
}

/** The one error of the legacy edge. Its message names system, operation and reason; never a key, a value or an envelope. */
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
