import { SubgraphFailure } from '../executor/index.ts';
import { withSoapCalls } from './soap-calls.ts';
import type { Transport } from './transport.ts';

/** Calls a subgraph in this process directly: nothing is serialised, and the caller needs no signature. */
export function createLocalTransport(execute: Parameters<typeof withSoapCalls>[0]): Transport {
  return withSoapCalls(async (request, caller, signal) => {
    try {
      return await execute(request, caller, signal);
    } catch (error) {
      // A subgraph reports errors in its response. An exception is a defect of it.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  });
}
