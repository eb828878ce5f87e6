/** How a subscription reaches a subgraph: the port that each protocol implements. */
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import type { TraceContext } from '../../../platform/telemetry/spans.ts';
import type { Caller } from '../../access/caller.ts';
import type { SubgraphFailure, SubgraphResponse } from '../../executor/index.ts';
import type { ClientOperation, TransportRequest } from '../transport.ts';

/** Gets what a subgraph sends. No method is called after `end`, or after the stream's signal has aborted. */
export interface UpstreamListener {
  /**
   * An event. `bytes` is the size of its JSON. `cursor` is the position after the event, from which the subgraph can
   * continue. It is null if the subgraph gives no cursor.
   */
  next(response: SubgraphResponse, bytes: number, cursor: string | null): void;
  /**
   * Null if the listener has room for an event now. Otherwise a promise that resolves when it has room, or when the
   * stream has ended. A transport that can wait calls `next` only when the promise has resolved, and reads nothing from
   * the subgraph meanwhile.
   */
  room(): Promise<void> | null;
  /** The stream has ended. Null: the subgraph has completed it. */
  end(failure: SubgraphFailure | null): void;
}

/** The client's request for which a stream is opened. */
export interface StreamOrigin {
  readonly caller: Caller;
  /** The call class of the calls that the stream's events cause. Our own subgraphs have a queue for each class. */
  readonly callClass: CallClass;
  readonly operation: ClientOperation;
  /** Null if traces are off. */
  readonly traceContext: TraceContext | null;
}

/**
 * Opens a stream of events at one subgraph, for one caller. Resolves when the subgraph has accepted the stream. Events
 * may come before the acceptance. Aborting the signal closes the stream.
 * @throws SubgraphFailure and no other error.
 */
export type StreamTransport = (
  request: TransportRequest,
  origin: StreamOrigin,
  listener: UpstreamListener,
  signal: AbortSignal,
) => Promise<void>;
