import type { CallClass } from '../../platform/priority/call-classes.ts';
import { inTraceContext } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import { SubgraphFailure, type SubgraphRequest } from '../executor/index.ts';
import { type OwnResponse, withNotes } from './own-response.ts';
import type { ClientOperation, Transport } from './transport.ts';

/**
 * Executes a request in a subgraph of this process, for a caller. `query` is the client's query of which the request is
 * a part. Requests with the same `query` may share what they read. If `query` is null, the request shares nothing.
 */
type Execute = (
  request: SubgraphRequest,
  caller: Caller & { readonly callClass: CallClass; readonly logged: null },
  signal: AbortSignal,
  query: ClientOperation | null,
) => Promise<OwnResponse>;

/** Calls a subgraph in this process directly, without serialising the request or signing the caller. */
export function createLocalTransport(execute: Execute): Transport {
  return withNotes(async (request, caller, signal, callClass, operation, traceContext) => {
    try {
      // The subgraph doesn't log the operation, because the gateway's log line already has it.
      const known = { ...caller, callClass, logged: null };
      // Requests of one query share what they read. A mutation, and each event of a subscription, must read everything
      // again.
      const query = operation?.type === 'query' ? operation : null;
      return await inTraceContext(traceContext, () => execute(request, known, signal, query));
    } catch (error) {
      // A subgraph reports errors in its response, so an exception is a defect.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  });
}
