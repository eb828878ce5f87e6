import type { Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import { BoundHistogram } from '../bound-series.ts';
import { requestBuckets } from '../server.ts';

export function measureFetches(registry: Registry) {
  const durations = new BoundHistogram({
    name: 'patron_graph_subgraph_fetch_duration_seconds',
    help: 'Time until a subgraph answered, or until it was given up. error_type is empty where there was an answer.',
    labelNames: ['subgraph', 'graphql_operation_type', 'error_type'],
    buckets: requestBuckets,
    registry,
  });
  return {
    fetched: (subgraph, type, failure, ms) => durations.observe(ms / 1000, subgraph, type, failure ?? ''),
  } satisfies GatewayObserver;
}
