import type { CallClass } from '../../platform/priority/call-classes.ts';
import { systems } from '../../platform/systems.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import type { TraceContext } from '../../platform/telemetry/spans.ts';
import { anonymous, type Caller } from '../access/caller.ts';
import { SubgraphFailure, type SubgraphRequest, type SubgraphResponse } from '../executor/index.ts';
import type { AnswerHeader } from './foreign/answer-headers.ts';

export interface TransportRequest extends SubgraphRequest {
  /** Additional headers that a hook has set. The answer may depend on them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A subgraph's response. Our own subgraphs add the SOAP calls that they made. */
export interface TransportResponse extends SubgraphResponse {
  readonly soapCalls?: readonly SoapCallTotals[];
  /** The shortest time from the arrival of the client's operation to its answer, in ms. */
  readonly floorMs?: number;
  /** Headers of the response that the client gets. */
  readonly headers?: readonly AnswerHeader[];
}

/**
 * The client's operation for which a request is made. `name` is the name in the client's document. Each property is
 * null if unknown.
 */
export interface ClientOperation {
  readonly name: string | null;
  readonly hash: string | null;
  readonly type: SubgraphRequest['kind'] | null;
}

/**
 * Sends a request to one subgraph, for one caller. Stops waiting when `signal` aborts.
 * @param callClass The call class of the whole operation. Our own subgraphs have a queue for each class.
 * @param operation The client's operation, for the subgraph's log. Null if there is no client, as for a health check.
 * @param traceContext Null if traces are off.
 * @throws SubgraphFailure and no other error.
 */
export type Transport = (
  request: TransportRequest,
  caller: Caller,
  signal: AbortSignal,
  callClass: CallClass,
  operation: ClientOperation | null,
  traceContext: TraceContext | null,
) => Promise<TransportResponse>;

const refuse: Transport = async ({ subgraph }) => {
  throw new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', undefined, 'is not part of this installation');
};

/**
 * The transports for optional systems that an installation doesn't have. Fields of their subgraphs are null, with an
 * error.
 */
export const absentSubgraphs: ReadonlyMap<string, Transport> = new Map(
  systems.filter(({ isOptional }) => isOptional).map(({ subgraph }) => [subgraph.name, refuse]),
);

/** Sends a query of the gateway's own, for no client. Resolves to its data. @throws SubgraphFailure */
export async function askSubgraph(
  subgraph: string,
  transport: Transport,
  operation: string,
  callClass: CallClass,
  signal: AbortSignal,
): Promise<unknown> {
  const request = { subgraph, operation, kind: 'query', variables: {} } as const;
  return (await transport(request, anonymous, signal, callClass, null, null)).data;
}

/** Sends the smallest query, to check whether the subgraph can be reached. */
export const pingSubgraph = (subgraph: string, transport: Transport, signal: AbortSignal): Promise<unknown> =>
  askSubgraph(subgraph, transport, '{ __typename }', 'background', signal);
