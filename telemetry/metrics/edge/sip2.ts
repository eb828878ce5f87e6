import { Histogram, type Registry } from 'prom-client';
import type { ConnectionCounts, Sip2Observer } from '../../../edge/sip2/observer.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { noLabel } from '../label-set.ts';

/** Bounds in seconds. A terminal waits three seconds, or up to thirty by its entry in the terminals file. */
const messageBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10, 30];

export function measureSip2(registry: Registry) {
  const durations = new Histogram({
    name: 'patron_graph_sip2_message_duration_seconds',
    help: "Time until the answer to a terminal's message was ready. Outcome: answered, refused, unsettled, no_answer of the graph, repeated, corrupt, unknown, failed.",
    labelNames: ['message', 'profile', 'outcome'],
    buckets: messageBuckets,
    registers: [registry],
  });
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
  return {
    messageAnswered({ code, terminal, outcome }, ms) {
      const labels = { message: code ?? noLabel, profile: terminal?.profile ?? noLabel, outcome };
      durations.observe(labels, ms / 1000);
    },
    watchConnections(counts) {
      watched = counts;
    },
  } satisfies Sip2Observer;
}
