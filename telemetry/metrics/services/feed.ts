import type { Registry } from 'prom-client';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/**
 * Shows circulation's clock, and, at each scrape, how far behind the follower is. The lag is the last reported lag plus
 * the time since that report. So the lag also grows when the follower can't read.
 */
export function measureFeed(registry: Registry) {
  let lastTold: { readonly lagMs: number; readonly at: number } | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_feed_lag_seconds',
      help: "How far the reading of circulation's events is behind. Only the process that follows them has it.",
      aggregator: 'max',
    },
    () => (lastTold === null ? [] : [[{}, (lastTold.lagMs + performance.now() - lastTold.at) / 1000]]),
  );
  let clockAheadMs: number | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_circulation_clock_ahead_seconds',
      help: "How far circulation's clock is ahead of the database's; negative if it is behind. Only the process that follows circulation's events has it.",
      aggregator: 'max',
    },
    () => (clockAheadMs === null ? [] : [[{}, clockAheadMs / 1000]]),
  );
  return {
    circulationClockMeasured(aheadMs) {
      clockAheadMs = aheadMs;
    },
    feedLagged(lagMs) {
      lastTold = lagMs === null ? null : { lagMs, at: performance.now() };
    },
  } satisfies ServiceObserver;
}
