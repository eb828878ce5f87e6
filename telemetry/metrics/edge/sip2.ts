import { Histogram, type Registry } from 'prom-client';
import type { ConnectionCounts, ObserveMessage } from '../../../edge/sip2/observer.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

/** A terminal waits three seconds, and has its answer within 2.5. */
const messageBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5];

export function observeMessages(registry: Registry): ObserveMessage {
  const durations = new Histogram({
    name: 'patron_graph_sip2_message_duration_seconds',
    help: "Time until the answer to a terminal's message was ready. Outcome: answered, refused, unsettled, no_answer of the graph, repeated, corrupt, unknown, failed.",
    labelNames: ['message', 'profile', 'outcome'],
    buckets: messageBuckets,
    registers: [registry],
  });
  return ({ code, terminal, outcome }, ms) =>
    durations.observe(
      { message: code ?? noLabel, profile: terminal?.profile ?? noLabel, outcome },
      ms / 1000,
    );
}

export function watchConnections(registry: Registry): (connections: () => ConnectionCounts) => void {
  let watched: (() => ConnectionCounts) | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_sip2_connections',
      help: 'Connections of SIP2 terminals, by profile; unknown before the login.',
      labelNames: ['profile'],
    },
    () => Object.entries(watched?.() ?? {}).map(([profile, count]) => [{ profile }, count]),
  );
  return (connections) => {
    watched = connections;
  };
}
