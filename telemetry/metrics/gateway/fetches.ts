import type { Registry } from 'prom-client';
import type { ObserveFetch } from '../../../gateway/engine/fetch-subgraphs.ts';
import { SubgraphFailure } from '../../../gateway/executor/index.ts';
import { BoundHistogram } from '../bound-series.ts';
import { requestBuckets } from '../server.ts';

/** `error_type` is empty for an answer, whether it has errors or not. */
export function observeFetches(registry: Registry): ObserveFetch {
  const durations = new BoundHistogram({
    name: 'patron_graph_subgraph_fetch_duration_seconds',
    help: 'Time until a subgraph answered, or until it was given up. error_type is empty where there was an answer.',
    labelNames: ['subgraph', 'graphql_operation_type', 'error_type'],
    buckets: requestBuckets,
    registry,
  });
  return ({ subgraph, kind }, ms, error) =>
    durations.observe(ms / 1000, subgraph, kind, error === undefined ? '' : errorTypeOf(error));
}

const errorTypeOf = (error: unknown): string =>
  error instanceof SubgraphFailure ? error.code : 'INTERNAL_SERVER_ERROR';
