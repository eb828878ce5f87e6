import { SubgraphFailure } from '../executor/index.ts';
import type { Transport } from './transport.ts';

/** A subgraph in this process: called as it is, nothing serialised, and the caller handed over unsigned. */
export function createLocalTransport(execute: Transport): Transport {
  return async (request, caller, signal) => {
    try {
      return await execute(request, caller, signal);
    } catch (error) {
      // A subgraph answers with errors; one that throws is broken.
      throw new SubgraphFailure(request.subgraph, 'SUBGRAPH_UNAVAILABLE', error);
    }
  };
}
