import type { Registry } from 'prom-client';
import type { JournalDatabase, OpenOperations } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape, answerAtScrape, askOncePerScrape } from '../gauge-at-scrape.ts';
import { addConnectionMetrics } from './connections.ts';
import { findingKinds } from './finding-kinds.ts';

type AskedJournal = Pick<
  JournalDatabase,
  'busiestColleagues' | 'countOpen' | 'countOpenFindings' | 'connections'
>;

/** The minimum ages for which unsettled operations are counted, in seconds. */
const minAges = [0, 60, 300, 3600];

/**
 * Shows, at each scrape, the unsettled operations and the open findings of comparisons with circulation. Also shows the
 * members of staff who have read data of the most patrons, and the connections to the journal's database.
 */
export function measureBacklog(registry: Registry) {
  let watched: AskedJournal | null = null;
  const count = askOncePerScrape(() => countOpen(watched));
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_open_operations_oldest_age_seconds',
      help: 'The age of the oldest operation that is not settled; 0 where there is none. The same in all processes.',
      aggregator: 'max',
    },
    async () => {
      const open = await count();
      return open === null ? [] : [[{}, open.oldestMs / 1000]];
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_open_operations',
      help: 'Operations that are not settled, and at least min_age_seconds old. 10,000 at most, and the same in all processes.',
      labelNames: ['min_age_seconds'],
      aggregator: 'max',
    },
    async () => {
      const open = await count();
      return (open?.counts ?? []).map((openCount, index) => [
        { min_age_seconds: minAges[index] ?? 0 },
        openCount,
      ]);
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_open_findings',
      help: 'Findings that staff have neither closed nor repaired. The same in all processes.',
      labelNames: ['kind'],
      aggregator: 'max',
    },
    async () => {
      const open = watched === null ? null : await answerAtScrape(watched.countOpenFindings());
      return open === null ? [] : findingKinds.map((kind) => [{ kind }, open.get(kind) ?? 0]);
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_patrons_read_by_one_colleague',
      help: 'Different patrons whose data one member of staff has read within the last hour: the most of all. The same in all processes.',
      aggregator: 'max',
    },
    async () => {
      const busiest = watched === null ? null : await answerAtScrape(watched.busiestColleagues(1));
      return busiest === null ? [] : [[{}, busiest[0]?.patrons ?? 0]];
    },
  );
  addConnectionMetrics(registry, () => watched?.connections() ?? null);
  return {
    watchJournal(journal) {
      watched = journal;
    },
  } satisfies ServiceObserver;
}

const countOpen = async (journal: AskedJournal | null): Promise<OpenOperations | null> =>
  journal === null ? null : await answerAtScrape(journal.countOpen(minAges.map((age) => age * 1000)));
