import { Counter, type Registry } from 'prom-client';
import type { GatewayObserver } from '../../../gateway/observer.ts';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/**
 * Shows, at each scrape, the content and the events of the caches. After a change of the supergraph, the counts begin
 * at 0.
 */
export function measureCaches(registry: Registry) {
  let watched: (() => Readonly<Record<string, CacheStats>>) | null = null;
  const caches = () => Object.entries(watched?.() ?? {});
  const labelNames = ['cache'] as const;
  const counter = (name: string, help: string, read: (stats: CacheStats) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [cache, stats] of caches()) {
          this.inc({ cache }, read(stats));
        }
      },
    });
  counter('patron_graph_cache_hits_total', 'What was found in a cache.', ({ hits }) => hits);
  counter(
    'patron_graph_cache_insertions_total',
    'What was put into a cache: it was not there.',
    (stats) => stats.insertions,
  );
  counter(
    'patron_graph_cache_evictions_total',
    'What had to make room in a cache.',
    (stats) => stats.evictions,
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_cache_fill_ratio',
      help: 'How full a cache is, from 0 to 1.',
      labelNames,
      aggregator: 'max',
    },
    () => caches().map(([cache, { weight, maxWeight }]) => [{ cache }, weight / maxWeight]),
  );
  return {
    watchCaches(stats) {
      watched = stats;
    },
  } satisfies GatewayObserver;
}
