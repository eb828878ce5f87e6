import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheStats } from '../../../gateway/weighted-cache.ts';

/** Tells of caches at each scrape. `caches`: those of now; another supergraph brings others, which begin at 0. */
export function addCacheMetrics(
  registry: Registry,
  caches: () => Readonly<Record<string, CacheStats>>,
): void {
  const registers = [registry];
  const labelNames = ['cache'];
  const counter = (name: string, help: string, read: (stats: CacheStats) => number) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
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
  new Gauge({
    name: 'patron_graph_cache_fill_ratio',
    help: 'How full a cache is, from 0 to 1.',
    labelNames,
    registers,
    aggregator: 'max',
    collect() {
      this.reset();
      for (const [cache, { weight, maxWeight }] of Object.entries(caches())) {
        this.set({ cache }, weight / maxWeight);
      }
    },
  });
}
