import type { XmlElement } from '../../soap/xml.ts';
import type { Ticks } from '../ledger/ticks.ts';
import type { Result } from '../wire/elements.ts';

/** The call of an operation: its time by RPS's clock, and what `CallContext` says. */
export interface Call {
  readonly at: Ticks;
  readonly channel: string;
  /** Null if no clerk is behind the call. */
  readonly clerkId: string | null;
}

/** Answers a valid request. @throws TypedFault */
export type Act = (request: XmlElement, call: Call) => Result;
