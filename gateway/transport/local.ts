import { SubgraphFailure } from '../executor/index.ts';
import type { Transport } from './transport.ts';

/** Calls a subgraph in this process directly: nothing is serialised, and the caller needs no signature. */
export function createLocalTransport(execute: Transport): Transport {
  return async (request, caller, signal) => {
    try {
      return await execute(request, caller, signal);
    } catch (error) {
      // A subgraph reports errors in its response. An exception is a defect of it.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  };
}
