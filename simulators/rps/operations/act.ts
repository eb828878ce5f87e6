import type { XmlElement } from '../../soap/xml.ts';
import type { Ticks } from '../ledger/ticks.ts';
import type { Result } from '../wire/elements.ts';

/** A call of an operation: its time by RPS's clock, and the data from `CallContext`. */
export interface Call {
  readonly at: Ticks;
  readonly channel: string;
  /** Null if no clerk made the call. */
  readonly clerkId: string | null;
}

/** Answers a valid request. @throws TypedFault */
export type Act = (request: XmlElement, call: Call) => Result;
