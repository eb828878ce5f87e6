import type { Registry } from 'prom-client';
import { SubgraphFailure } from '../../../gateway/executor/index.ts';
import type { Transport } from '../../../gateway/transport/transport.ts';
import { BoundHistogram } from '../bound-series.ts';
import { requestBuckets } from '../server.ts';

/** Measures what passes through a transport. */
export type ObserveTransport = (transport: Transport) => Transport;

/** `error_type` is empty for an answer, whether it has errors or not. */
export function observeFetches(registry: Registry): ObserveTransport {
  const durations = new BoundHistogram({
    name: 'patron_graph_subgraph_fetch_duration_seconds',
    help: 'Time until a subgraph answered, or until it was given up. error_type is empty where there was an answer.',
    labelNames: ['subgraph', 'graphql_operation_type', 'error_type'],
    buckets: requestBuckets,
    registry,
  });
  return (transport) => (request, caller, signal) => {
    const startedAt = performance.now();
    const observe = (errorType: string) =>
      durations.observe((performance.now() - startedAt) / 1000, request.subgraph, request.kind, errorType);
    return transport(request, caller, signal).then(
      (response) => {
        observe('');
        return response;
      },
      (error: unknown) => {
        observe(error instanceof SubgraphFailure ? error.code : 'INTERNAL_SERVER_ERROR');
        throw error;
      },
    );
  };
}
