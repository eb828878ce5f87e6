import { Counter, type Registry } from 'prom-client';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/** Tells of caches at each scrape. `caches`: those of now; another supergraph brings others, which begin at 0. */
export function addCacheMetrics(
  registry: Registry,
  caches: () => Readonly<Record<string, CacheStats>>,
): void {
  const labelNames = ['cache'] as const;
  const counter = (name: string, help: string, read: (stats: CacheStats) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [cache, stats] of Object.entries(caches())) {
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
    () => Object.entries(caches()).map(([cache, { weight, maxWeight }]) => [{ cache }, weight / maxWeight]),
  );
}
