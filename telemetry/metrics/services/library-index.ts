import type { Registry } from 'prom-client';
import type { IndexDatabase, IndexProgress, StageProgress } from '../../../store/index/port.ts';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape, answerAtScrape, askOncePerScrape } from '../gauge-at-scrape.ts';

type AskedIndex = Pick<IndexDatabase, 'progress'>;

/**
 * Shows, at each scrape, the progress of the index of loans and holds. All processes show the same figures, except the
 * ages, which each process observes itself.
 */
export function measureIndex(registry: Registry, clock: () => number = Date.now) {
  let watched: AskedIndex | null = null;
  const progress = askOncePerScrape(() => askIndex(watched));
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_index_whole',
      help: '1 where the index of what is out and what waits is whole; 0 while it is built, and figures are null with INDEX_NOT_READY.',
      aggregator: 'max',
    },
    async () => {
      const known = await progress();
      return known === null ? [] : [[{}, known.isWhole ? 1 : 0]];
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_index_open',
      help: '1 where lists have everything that somebody touched within 90 days; 0 while they are null with INDEX_NOT_READY.',
      aggregator: 'max',
    },
    async () => {
      const known = await progress();
      return known === null ? [] : [[{}, known.isOpen ? 1 : 0]];
    },
  );
  measureStage(registry, progress, clock);
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_index_patrons',
      help: 'Patrons whose cards the present pass of the index has read, and how many the registry has (state total). After the first pass further ones begin.',
      labelNames: ['state'],
      aggregator: 'max',
    },
    async () => {
      const known = await progress();
      if (known === null) {
        return [];
      }
      const { patronsRead, patronsTotal } = known;
      return [
        [{ state: 'read' }, patronsRead],
        ...(patronsTotal === null ? [] : [[{ state: 'total' }, patronsTotal] as const]),
      ];
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_index_age_seconds',
      help: 'How far the index is behind: the age of the newest moment whose events are applied and read, except what is set aside. No value before it is begun.',
      aggregator: 'max',
    },
    async () => {
      const { ageMs = null } = (await progress()) ?? {};
      return ageMs === null ? [] : [[{}, ageMs / 1000]];
    },
  );
  return {
    watchIndex(index) {
      watched = index;
    },
  } satisfies ServiceObserver;
}

/** Shows the stage of building the index that is in progress, until the index is complete. */
function measureStage(
  registry: Registry,
  progress: () => Promise<IndexProgress | null>,
  clock: () => number,
): void {
  const add = (name: string, help: string, readFrom: (underWay: StageProgress) => number | null) =>
    addGaugeAtScrape({ registry, name, help, labelNames: ['stage'], aggregator: 'max' }, async () => {
      const underWay = (await progress())?.underWay ?? null;
      const value = underWay === null ? null : readFrom(underWay);
      return underWay === null || value === null ? [] : [[{ stage: underWay.stage.toLowerCase() }, value]];
    });
  add(
    'patron_graph_index_stage_done',
    'What is done of the stage under way of the index: seconds of the feed (stage events), cards, or patrons.',
    ({ done }) => done,
  );
  add(
    'patron_graph_index_stage_total',
    'How much the stage under way of the index has to do. No value while that is not known.',
    ({ total }) => total,
  );
  add(
    'patron_graph_index_stage_rate',
    'How much of the stage under way of the index is done in a second, since it began.',
    ({ perSecond }) => perSecond,
  );
  add(
    'patron_graph_index_stage_end_timestamp_seconds',
    'When the stage under way of the index will end, at its speed since it began.',
    ({ leftMs }) => (leftMs === null ? null : (clock() + leftMs) / 1000),
  );
}

const askIndex = async (index: AskedIndex | null): Promise<IndexProgress | null> =>
  index === null ? null : await answerAtScrape(index.progress());
