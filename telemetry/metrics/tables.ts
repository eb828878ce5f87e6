import type { Registry } from 'prom-client';
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { addGaugeAtScrape, answerAtScrape, type Reading } from './gauge-at-scrape.ts';

type Fill = () => number | Promise<number>;

/** Shows, at each scrape, how full each table with a maximum size is. A table that can't be read is left out. */
export function measureTables(registry: Registry) {
  const fills = new Map<string, Fill>();
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_table_fill_ratio',
      help: 'How full a bounded table is that callers can fill, from 0 to 1. Above the bound somebody loses an entry, or is refused.',
      labelNames: ['table'],
      aggregator: 'max',
    },
    async () => (await Promise.all([...fills].map(([table, fill]) => read(table, fill)))).flat(),
  );
  return {
    watchTable(table, fill) {
      fills.set(table, fill);
    },
  } satisfies ServerObserver;
}

async function read(table: string, fill: Fill): Promise<readonly Reading<'table'>[]> {
  const ratio = await answerAtScrape(Promise.resolve(fill()));
  return ratio === null ? [] : [[{ table }, ratio]];
}
