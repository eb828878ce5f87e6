import type { CallClass } from '../../platform/priority/call-classes.ts';
import { inTraceContext } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import { SubgraphFailure, type SubgraphRequest } from '../executor/index.ts';
import { type OwnResponse, withNotes } from './own-response.ts';
import type { AskedOperation, Transport } from './transport.ts';

/**
 * Executes a request in a subgraph of this process, for a caller. All requests with the same `query` belong to one query of
 * a client, so they may share what they read. `query` is null if they may not share.
 */
type Execute = (
  request: SubgraphRequest,
  caller: Caller & { readonly callClass: CallClass; readonly logged: null },
  signal: AbortSignal,
  query: AskedOperation | null,
) => Promise<OwnResponse>;

/** Calls a subgraph in this process directly, without serialising the request or signing the caller. */
export function createLocalTransport(execute: Execute): Transport {
  return withNotes(async (request, caller, signal, callClass, operation, traceContext) => {
    try {
      // The subgraph needs nothing for its log, because the gateway's log line already has the operation.
      const known = { ...caller, callClass, logged: null };
      // After a mutation, and for each event of a subscription, all data is read again.
      const query = operation?.type === 'query' ? operation : null;
      return await inTraceContext(traceContext, () => execute(request, known, signal, query));
    } catch (error) {
      // A subgraph reports errors in its response, so an exception is a defect.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  });
}
