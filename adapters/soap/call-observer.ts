import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { UpstreamReason, UpstreamSystem } from './port.ts';

/**
 * `open`: no call is sent. `half-open`: one call, the next one or one that is under way, finds out whether the system is back.
 * The others wait for its result.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** The calls to one system that are under way. */
export interface CallsNow {
  readonly breaker: BreakerState;
  /** The most calls that run at once, each on its own connection. */
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
   * `answered`: by a reply, or by a fault or code, which may mean a refusal. `unauthorized` is the answer of a system that doesn't
   * let us in.
   */
  readonly outcome: 'answered' | UpstreamReason;
  /** From the start to the answer, with waiting and a second try. */
  readonly ms: number;
  /** Time until the first try began: waiting for a connection or for the breaker. Equal to `ms` where none began. */
  readonly waitedMs: number;
  /** 0 where none began. */
  readonly tries: number;
}

/** Told of the calls to legacy systems. It must be quick, and must not throw. */
export interface CallObserver {
  callEnded?(call: EndedCall): void;
  /** `now` may be asked at any time. A later client of the same system replaces an earlier one. */
  watchCalls?(system: UpstreamSystem, now: () => CallsNow): void;
}
