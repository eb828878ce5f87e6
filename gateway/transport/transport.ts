import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import type { TraceContext } from '../../platform/telemetry/spans.ts';
import { anonymous, type Caller } from '../access/caller.ts';
import type { SubgraphRequest, SubgraphResponse } from '../executor/index.ts';

/** A subgraph's response; of a subgraph of ours also the SOAP calls that it made. */
export interface TransportResponse extends SubgraphResponse {
  readonly soapCalls?: readonly SoapCallTotals[];
}

/** The client's operation that a request is made for: its name as the client wrote it, and its hash; null where unknown. */
export interface AskedOperation {
  readonly name: string | null;
  readonly hash: string | null;
}

/**
 * Sends a request to one subgraph, for one caller. Stops waiting when `signal` aborts. `callClass`: of the whole operation; our
 * own subgraphs queue by it. `operation`: for their logs; null where no client asked, as for a health check. `traceContext`: null
 * where traces are off.
 * @throws SubgraphFailure and nothing else.
 */
export type Transport = (
  request: SubgraphRequest,
  caller: Caller,
  signal: AbortSignal,
  callClass: CallClass,
  operation: AskedOperation | null,
  traceContext: TraceContext | null,
) => Promise<TransportResponse>;

/** Sends the smallest query, to see whether the subgraph can be reached. */
export const pingSubgraph = (subgraph: string, transport: Transport, signal: AbortSignal): Promise<unknown> =>
  transport(
    { subgraph, operation: '{ __typename }', kind: 'query', variables: {} },
    anonymous,
    signal,
    'background',
    null,
    null,
  );
