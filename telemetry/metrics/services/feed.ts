import { Counter, type Registry } from 'prom-client';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape, PassingMeasure } from '../gauge-at-scrape.ts';

/**
 * The difference of the clocks is shown for this time after a measurement, in ms. An older difference could be wrong,
 * because a clock may have been set since. Only answered changes measure it, and at night there are few.
 */
const clockKnownMs = 600_000;

/**
 * Shows how far circulation's clock is ahead, and the number of pages of events that were read. At each scrape, also
 * shows how far behind circulation this process is in reading its events. That lag is the last reported lag plus the
 * time since the report. So it also grows when the events can't be read.
 */
export function measureFeed(registry: Registry, monotonic: () => number = () => performance.now()) {
  let lastTold: { readonly lagMs: number; readonly at: number } | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_feed_lag_seconds',
      help: "How far the reading of circulation's events is behind. Only the process that follows them has it. It begins again when another process takes over: see patron_graph_feed_pages_total.",
      aggregator: 'min',
    },
    () => (lastTold === null ? [] : [[{}, (lastTold.lagMs + monotonic() - lastTold.at) / 1000]]),
  );
  // The counter has a value before the first page. So Prometheus sees that a new process reads no page.
  const pages = new Counter({
    name: 'patron_graph_feed_pages_total',
    help: "Pages of circulation's events that were read and compared, empty ones too. The process that follows them reads one every two seconds.",
    registers: [registry],
  });
  const clockAhead = new PassingMeasure(clockKnownMs, monotonic);
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_circulation_clock_ahead_seconds',
      help: "How far circulation's clock is ahead of the database's; negative if it is behind. Only the process that follows circulation's events has it, for ten minutes after a measure.",
      aggregator: 'max',
    },
    () => clockAhead.readings(),
  );
  return {
    circulationClockMeasured(aheadMs) {
      clockAhead.measured(aheadMs === null ? null : aheadMs / 1000);
    },
    feedLagged(lagMs) {
      lastTold = lagMs === null ? null : { lagMs, at: monotonic() };
    },
    feedPageCompared: () => pages.inc(),
  } satisfies ServiceObserver;
}
