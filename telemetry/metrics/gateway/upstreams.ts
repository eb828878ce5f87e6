import { Counter, Gauge, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';

/** Counts the streams of events from subgraphs. Clients with equal rights share a stream. */
export function measureUpstreams(registry: Registry) {
  const open = new Gauge({
    name: 'patron_graph_upstreams',
    help: 'Open streams of events from a subgraph. Each has a connection of its own.',
    labelNames: ['subgraph'],
    registers: [registry],
  });
  const ended = new Counter({
    name: 'patron_graph_upstream_ends_total',
    help: 'Streams of events from a subgraph that were not opened, or have ended. error_type is empty if they are complete or nobody wants them any more.',
    labelNames: ['subgraph', 'error_type'],
    registers: [registry],
  });
  const end = (subgraph: string, failure: string | null) =>
    ended.inc({ subgraph, error_type: failure ?? '' });
  return {
    upstreamOpened(subgraph, failure) {
      if (failure === null) {
        open.inc({ subgraph });
      } else {
        end(subgraph, failure);
      }
    },
    upstreamEnded(subgraph, failure) {
      open.dec({ subgraph });
      end(subgraph, failure);
    },
  } satisfies GatewayObserver;
}
