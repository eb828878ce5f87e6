import type { Registry } from 'prom-client';
import type { JournalDatabase, LogFigures } from '../../../store/journal/port.ts';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { addGaugeAtScrape, answerAtScrape, askOncePerScrape } from '../gauge-at-scrape.ts';

type AskedLog = Pick<JournalDatabase, 'logFigures'>;

/**
 * Shows, at each scrape, figures of the log of changes. Every process shows them, so that they are not missing when the
 * process that numbers the changes has stopped.
 */
export function measureLog(registry: Registry) {
  let watched: AskedLog | null = null;
  const figures = askOncePerScrape(async () =>
    watched === null ? null : await answerAtScrape(watched.logFigures()),
  );
  const add = (name: string, help: string, figureOf: (known: LogFigures) => number) =>
    addGaugeAtScrape({ registry, name, help, aggregator: 'max' }, async () => {
      const known = await figures();
      return known === null ? [] : [[{}, figureOf(known)]];
    });
  add(
    'patron_graph_log_newest_number',
    'The newest number of the log of changes. Its rate is the number of changes that are told in a second.',
    ({ newest }) => newest,
  );
  add(
    'patron_graph_log_unnumbered_age_seconds',
    'The age of the oldest change that has no number yet, and is not told before. Less than a second, unless nobody numbers.',
    ({ oldestUnnumberedMs }) => oldestUnnumberedMs / 1000,
  );
  add(
    'patron_graph_log_removed_rows',
    'Rows of the log of changes that were removed after seven days, since the database was made.',
    ({ removed }) => removed,
  );
  return {
    watchLog(log) {
      watched = log;
    },
  } satisfies ServiceObserver;
}
