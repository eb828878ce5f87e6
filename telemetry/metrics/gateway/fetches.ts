import { Counter, Gauge, type Registry } from 'prom-client';
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
    ...measureCallPolicy(registry),
  } satisfies GatewayObserver;
}

/**
 * Counts repeated queries to subgraphs of another graph (setting `retries`). Shows which of these subgraphs are not
 * called now, because they failed too often (setting `circuitBreaker`).
 */
function measureCallPolicy(registry: Registry) {
  const retries = new Counter({
    name: 'patron_graph_subgraph_retries_total',
    help: 'Queries that were sent to a subgraph once more, because they got no answer, or 502, 503 or 504.',
    labelNames: ['subgraph'],
    registers: [registry],
  });
  const breakers = new Gauge({
    name: 'patron_graph_subgraph_circuit_breaker_open',
    help: 'Whether nothing is sent to a subgraph, because it has failed too often in a row: 1 or 0.',
    labelNames: ['subgraph'],
    aggregator: 'max',
    registers: [registry],
  });
  return {
    fetchRetried: (subgraph) => retries.inc({ subgraph }),
    circuitBreakerSet: (subgraph, isOpen) => breakers.set({ subgraph }, isOpen ? 1 : 0),
  } satisfies GatewayObserver;
}
