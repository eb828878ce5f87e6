import type { CallClass } from '../../platform/priority/call-classes.ts';
import { inTraceContext } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import { SubgraphFailure, type SubgraphRequest } from '../executor/index.ts';
import { type OwnResponse, withSoapCalls } from './soap-calls.ts';
import type { Transport } from './transport.ts';

/** What a subgraph in this process is asked, and by whom. */
type Execute = (
  request: SubgraphRequest,
  caller: Caller & { readonly callClass: CallClass; readonly logged: null },
  signal: AbortSignal,
) => Promise<OwnResponse>;

/** Calls a subgraph in this process directly: nothing is serialised, and the caller needs no signature. */
export function createLocalTransport(execute: Execute): Transport {
  return withSoapCalls(async (request, caller, signal, callClass, _operation, traceContext) => {
    try {
      // The line of the request in the log has its operation already.
      const known = { ...caller, callClass, logged: null };
      return await inTraceContext(traceContext, () => execute(request, known, signal));
    } catch (error) {
      // A subgraph reports errors in its response. An exception is a defect of it.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  });
}
