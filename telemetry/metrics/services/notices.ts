import { Counter, type Registry } from 'prom-client';
import type { JournalObserver } from '../../../store/journal/observed-journal.ts';
import type { Notices } from '../../../store/journal/port.ts';
import { addGaugeAtScrape, answerAtScrape } from '../gauge-at-scrape.ts';

/** Measures notices to readers, in the process that sends them. */
export function measureNotices(registry: Registry) {
  const attempts = new Counter({
    name: 'patron_graph_notice_attempts_total',
    help:
      'Attempts to deliver a notice. A given_up one, or one with no_address, is not tried again unless staff ask ' +
      'for it. A dropped one was not sent, because the reader is not told any more.',
    labelNames: ['endpoint', 'outcome'],
    registers: [registry],
  });
  /** The notices of this process. Null while another process sends them. */
  let watched: Pick<Notices, 'countDeliveries'> | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_notices',
      help: 'Notices by state: pending, or undelivered, which were given up within the last thirty days.',
      labelNames: ['state'],
      aggregator: 'max',
    },
    async () => {
      const counts = watched === null ? null : await answerAtScrape(watched.countDeliveries());
      return Object.entries(counts ?? {}).map(([state, count]) => [{ state }, count]);
    },
  );
  return {
    // A counter must be shown before it grows, or Prometheus doesn't see its first increase.
    deliveriesTaken: (endpoint) => attempts.inc({ endpoint, outcome: 'given_up' }, 0),
    delivered: (endpoint) => attempts.inc({ endpoint, outcome: 'delivered' }),
    deliveryDropped: (endpoint) => attempts.inc({ endpoint, outcome: 'dropped' }),
    // A missing address of a reader has its own outcome, because an operator can't repair it.
    deliveryFailed: (endpoint, failure, isGivenUp) =>
      attempts.inc({
        endpoint,
        outcome: failure === 'NO_ADDRESS' ? 'no_address' : isGivenUp ? 'given_up' : 'failed',
      }),
    watchDeliveries(journal) {
      watched = journal;
    },
  } satisfies JournalObserver;
}
