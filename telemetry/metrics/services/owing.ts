import type { Registry } from 'prom-client';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape, answerAtScrape } from '../gauge-at-scrape.ts';

/** Shows, at each scrape, the age of the list of patrons who owe something. */
export function measureOwing(registry: Registry) {
  let watched: Pick<JournalDatabase, 'owingState'> | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_owing_age_seconds',
      help: 'How far the list of who owes something is behind the payment system. No value before the list is built, and without a payment system.',
      aggregator: 'max',
    },
    async () => {
      const state = watched === null ? null : await answerAtScrape(watched.owingState());
      return state === null || state.ageMs === null ? [] : [[{}, state.ageMs / 1000]];
    },
  );
  return {
    watchOwing(owing) {
      watched = owing;
    },
  } satisfies ServiceObserver;
}
