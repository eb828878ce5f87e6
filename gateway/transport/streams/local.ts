import type { CallClass } from '../../../platform/priority/call-classes.ts';
import { inTraceContext } from '../../../platform/telemetry/spans.ts';
import type { Caller } from '../../access/caller.ts';
import { SubgraphFailure, type SubgraphRequest, type SubgraphResponse } from '../../executor/index.ts';
import type { StreamTransport, UpstreamListener } from './stream-transport.ts';

/** An event of a subgraph in this process. `cursor` is the position after it, from which a new stream can continue. */
interface LocalEvent {
  readonly answer: SubgraphResponse;
  readonly cursor: string | null;
}

/** Executes a subscription in a subgraph of this process, for a caller. The events end when the signal aborts. */
type Subscribe = (
  request: SubgraphRequest,
  caller: Caller & { readonly callClass: CallClass; readonly logged: null },
  signal: AbortSignal,
) => AsyncIterable<LocalEvent>;

/** Gets the events of a subgraph in this process directly. */
export function createLocalStream(subscribe: Subscribe): StreamTransport {
  return async (request, { caller, callClass, traceContext }, listener, signal) => {
    const known = { ...caller, callClass, logged: null };
    const failed = (error: unknown) =>
      new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error, 'ended the stream');
    void inTraceContext(traceContext, () =>
      passOn(subscribe(request, known, signal), listener, signal, failed),
    );
  };
}

/** Passes on the events to the listener. A subgraph reports errors in its events, so an exception is a defect. */
async function passOn(
  events: AsyncIterable<LocalEvent>,
  listener: UpstreamListener,
  signal: AbortSignal,
  failed: (error: unknown) => SubgraphFailure,
): Promise<void> {
  try {
    for await (const { answer, cursor } of events) {
      await listener.room();
      if (signal.aborted) {
        return;
      }
      listener.next(answer, JSON.stringify(answer).length, cursor);
    }
    if (!signal.aborted) {
      listener.end(null);
    }
  } catch (error) {
    if (!signal.aborted) {
      listener.end(failed(error));
    }
  }
}
