import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import type { TraceContext } from '../../platform/telemetry/spans.ts';
import { anonymous, type Caller } from '../access/caller.ts';
import type { SubgraphRequest, SubgraphResponse } from '../executor/index.ts';

/** A subgraph's response. Our own subgraphs add the SOAP calls that they made. */
export interface TransportResponse extends SubgraphResponse {
  readonly soapCalls?: readonly SoapCallTotals[];
}

/**
 * The client's operation for which a request is made. `name` is the name in the client's document. Each is null if
 * unknown.
 */
export interface AskedOperation {
  readonly name: string | null;
  readonly hash: string | null;
}

/**
 * Sends a request to one subgraph, for one caller. Stops waiting when `signal` aborts.
 * @param callClass The class of the whole operation. Our own subgraphs queue requests by it.
 * @param operation The client's operation, for the subgraph's log. Null if there is no client, as for a health check.
 * @param traceContext Null if traces are off.
 * @throws SubgraphFailure and no other error.
 */
export type Transport = (
  request: SubgraphRequest,
  caller: Caller,
  signal: AbortSignal,
  callClass: CallClass,
  operation: AskedOperation | null,
  traceContext: TraceContext | null,
) => Promise<TransportResponse>;

/** Sends the smallest query, to check whether the subgraph can be reached. */
export const pingSubgraph = (subgraph: string, transport: Transport, signal: AbortSignal): Promise<unknown> =>
  transport(
    { subgraph, operation: '{ __typename }', kind: 'query', variables: {} },
    anonymous,
    signal,
    'background',
    null,
    null,
  );
