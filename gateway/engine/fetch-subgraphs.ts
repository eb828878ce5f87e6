import type { FastifyBaseLogger } from 'fastify';
import { inSpan } from '../../adapters/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import { type FetchSubgraph, SubgraphFailure } from '../executor/index.ts';
import type { Transport, TransportResponse } from '../transport/transport.ts';
import type { OperationReport } from './operation-report.ts';
import { describeCause, describeError } from './redact.ts';
import { ClientGone } from './request.ts';

export interface FetchOptions {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly log: FastifyBaseLogger;
}

/** Calls subgraphs for one request. Each call is a span and an entry of the report; one that fails is a line of the log. */
export function fetchSubgraphs(
  { caller, signal }: { readonly caller: Caller; readonly signal: AbortSignal },
  report: OperationReport,
  { transports, log }: FetchOptions,
): FetchSubgraph {
  // A client that doesn't wait for its answer is no fault of the subgraph's.
  const isClientGone = () => signal.reason instanceof ClientGone;
  const failureOf = (error: unknown) =>
    isClientGone() ? 'CLIENT_GONE' : error instanceof SubgraphFailure ? error.code : 'INTERNAL_SERVER_ERROR';
  return (request) => {
    const { subgraph, operation, kind } = request;
    const transport = transports.get(subgraph);
    if (transport === undefined) {
      throw new Error(`no transport to the subgraph ${subgraph}`);
    }
    const attributes = { 'graphql.operation.type': kind, 'patron_graph.subgraph': subgraph };
    const startedAfterMs = report.elapsedMs();
    const note = (failure: string | null, response: TransportResponse) =>
      report.fetches.push({
        ...{ subgraph, operation, startedAfterMs, ms: report.elapsedMs() - startedAfterMs, failure },
        bytes: report.isExplained ? bytesOf(response) : null,
        soapCalls: response.soapCalls ?? [],
      });
    const send = () => transport(request, caller, signal);
    return inSpan({ name: `fetch ${subgraph}`, kind: 'client', attributes }, send, failureOf).then(
      (response) => {
        note(null, response);
        return response;
      },
      (error: unknown) => {
        note(failureOf(error), {});
        if (!isClientGone()) {
          const reqId = caller.requestId;
          log.warn({ reqId, ...describeError(error), ...describeCause(error) }, `no answer from ${subgraph}`);
        }
        throw error;
      },
    );
  };
}

/** The size of an answer as JSON, whether it came as JSON or not. */
function bytesOf({ data, errors }: TransportResponse): number {
  return Buffer.byteLength(JSON.stringify({ data, errors }));
}
