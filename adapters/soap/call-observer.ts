import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { UpstreamReason, UpstreamSystem } from './port.ts';

/**
 * The state of the circuit breaker. `open`: no call is sent. `half-open`: one call, the probe, finds out whether the
 * system is back. The probe is the running call, if there is one, or else the next call. Other calls wait for its
 * result.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The calls to one system at this moment. */
export interface CallsNow {
  readonly breaker: BreakerState;
  /** The maximum number of calls that run at the same time. Each call has its own connection. */
  readonly connections: number;
  readonly running: number;
  readonly waiting: Readonly<Record<CallClass, number>>;
}

/** A call that has ended, without any key or value of its request. */
export interface EndedCall {
  readonly system: UpstreamSystem;
  readonly operation: string;
  readonly callClass: CallClass;
  /**
   * The result of the call. `answered`: the answer may be a fault, or have a code that means a refusal. `unauthorized`:
   * the system doesn't accept our credentials.
   */
  readonly outcome: 'answered' | UpstreamReason;
  /** The time from the start of the call to its answer, in ms. It includes waiting and a second try. */
  readonly ms: number;
  /**
   * The time from the start of the call to its first try, in ms: the wait for a connection or for the breaker. Equal to
   * `ms` if no try began.
   */
  readonly waitedMs: number;
  /** The number of tries. 0 if none began. */
  readonly tries: number;
}

/** Observes the calls to legacy systems. Its methods must be quick, and must not throw. */
export interface CallObserver {
  callEnded?(call: EndedCall): void;
  /**
   * Called when a client is created for a system. `now` returns the state of the client's calls, and the observer may
   * call it at any time. If the system gets another client, the new `now` replaces the old one.
   */
  watchCalls?(system: UpstreamSystem, now: () => CallsNow): void;
}
