import type { CallClass } from '../../adapters/priority/call-classes.ts';
import type { SoapCallTotals } from '../../adapters/telemetry/request-scope.ts';
import type { Caller } from '../access/caller.ts';
import type { SubgraphRequest, SubgraphResponse } from '../executor/index.ts';

/** A subgraph's response, and what it took, where the subgraph is one of ours. */
export interface TransportResponse extends SubgraphResponse {
  readonly soapCalls?: readonly SoapCallTotals[];
}

/**
 * Sends a request to one subgraph, for one caller. Stops waiting when `signal` aborts. `callClass`: of the whole operation; our
 * own subgraphs queue by it.
 * @throws SubgraphFailure and nothing else.
 */
export type Transport = (
  request: SubgraphRequest,
  caller: Caller,
  signal: AbortSignal,
  callClass: CallClass,
) => Promise<TransportResponse>;
