import type { FastifyBaseLogger } from 'fastify';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { inSpanBelow, type SpanDescription, type TraceContext } from '../../platform/telemetry/spans.ts';
import type { Caller } from '../access/caller.ts';
import { type FetchSubgraph, SubgraphFailure, type SubgraphRequest } from '../executor/index.ts';
import { hookTransport } from '../hooks/hooked-transport.ts';
import type { RequestHooks } from '../hooks/request-hooks.ts';
import type { GatewayObserver } from '../observer.ts';
import { JoinedHeaders } from '../transport/foreign/answer-headers.ts';
import { HttpFailure } from '../transport/http-failure.ts';
import type { Transport, TransportResponse } from '../transport/transport.ts';
import type { OperationReport } from './operation-report.ts';
import { ClientGone } from './request.ts';

interface ReachableSubgraph {
  readonly transport: Transport;
  readonly spans: Readonly<Record<SubgraphRequest['kind'], SpanDescription>>;
}

export interface FetchOptions {
  readonly subgraphs: ReadonlyMap<string, ReachableSubgraph>;
  readonly observer: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

/**
 * Creates one entry for each subgraph: its transport, and the descriptions of its spans. All requests to the subgraph
 * share the entry. Called once for a supergraph.
 */
export function reachSubgraphs(
  transports: ReadonlyMap<string, Transport>,
): ReadonlyMap<string, ReachableSubgraph> {
  const subgraphs = new Map<string, ReachableSubgraph>();
  for (const [subgraph, transport] of transports) {
    const spanOf = (kind: SubgraphRequest['kind']): SpanDescription => ({
      name: `fetch ${subgraph}`,
      kind: 'client',
      attributes: { 'graphql.operation.type': kind, 'patron_graph.subgraph': subgraph },
    });
    subgraphs.set(subgraph, {
      transport,
      spans: {
        query: spanOf('query'),
        mutation: spanOf('mutation'),
        subscription: spanOf('subscription'),
      },
    });
  }
  return subgraphs;
}

interface FetchingRequest {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly hooks?: RequestHooks | undefined;
}

/**
 * Creates the function that calls subgraphs for one request. Each call becomes a span and an entry in the report, and
 * is reported to the observer. A failed call is also a line in the log, unless the client has disconnected.
 */
export function fetchSubgraphs(
  { caller, signal, hooks }: FetchingRequest,
  report: OperationReport,
  { subgraphs, observer, log }: FetchOptions,
): FetchSubgraph {
  // A client that disconnects is not a fault of the subgraph.
  const isClientGone = () => signal.reason instanceof ClientGone;
  const failureOf = (error: unknown) => (isClientGone() ? 'CLIENT_GONE' : codeOf(error));
  return async (request) => {
    const { subgraph, kind } = request;
    const reachable = subgraphs.get(subgraph);
    if (reachable === undefined) {
      throw new Error(`no transport to the subgraph ${subgraph}`);
    }
    const transport =
      hooks?.watchesFetches === true
        ? hookTransport(reachable.transport, hooks, report)
        : reachable.transport;
    const startedAfterMs = report.elapsedMs();
    try {
      const send = (traceContext: TraceContext | null) =>
        transport(request, caller, signal, report.callClass, report, traceContext);
      const response = await inSpanBelow(report.traceContext, reachable.spans[kind], send, failureOf);
      const ms = reportFetch(report, request, startedAfterMs, response, null);
      if (response.headers !== undefined && response.headers.length > 0) {
        report.answerHeaders ??= new JoinedHeaders();
        report.answerHeaders.add(response.headers);
      }
      observer.fetched?.(subgraph, kind, null, ms);
      return response;
    } catch (error) {
      const failure = failureOf(error);
      const ms = reportFetch(report, request, startedAfterMs, {}, failure);
      observer.fetched?.(subgraph, kind, failure, ms);
      if (!isClientGone()) {
        const reqId = caller.requestId;
        const { reason, response } = error instanceof HttpFailure ? error : withoutResponse;
        log.warn({ reqId, ...describeError(error), reason, response }, `no answer from ${subgraph}`);
      }
      throw error;
    }
  };
}

const withoutResponse = { reason: undefined, response: undefined };

const codeOf = (error: unknown): string =>
  error instanceof SubgraphFailure ? error.code : 'INTERNAL_SERVER_ERROR';

/** Adds a finished fetch to the report. Returns its duration in ms. */
function reportFetch(
  report: OperationReport,
  { subgraph, operation }: SubgraphRequest,
  startedAfterMs: number,
  response: TransportResponse,
  failure: string | null,
): number {
  const ms = report.elapsedMs() - startedAfterMs;
  const bytes = report.isExplained ? bytesOf(response) : null;
  const { soapCalls = noCalls, floorMs = 0 } = response;
  report.floorMs = Math.max(report.floorMs, floorMs);
  report.fetches.push({ subgraph, operation, startedAfterMs, ms, failure, bytes, soapCalls });
  return ms;
}

const noCalls: readonly never[] = [];

/** Returns the size of an answer as JSON. The answer may have arrived in another form. */
function bytesOf({ data, errors }: TransportResponse): number {
  return Buffer.byteLength(JSON.stringify({ data, errors }));
}
