import type { Registry } from 'prom-client';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/** How far behind the follower of circulation's events was just now, in ms; null: this process doesn't follow them any more. */
export type ReportFeedLag = (lagMs: number | null) => void;

/** Tells at each scrape how far behind the follower is. Where it can't read, the time since it could is added. */
export function observeFeed(registry: Registry): ReportFeedLag {
  let reported: { readonly lagMs: number; readonly at: number } | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_feed_lag_seconds',
      help: "How far the reading of circulation's events is behind. Only the process that follows them has it.",
      aggregator: 'max',
    },
    () => (reported === null ? [] : [[{}, (reported.lagMs + performance.now() - reported.at) / 1000]]),
  );
  return (lagMs) => {
    reported = lagMs === null ? null : { lagMs, at: performance.now() };
  };
}
