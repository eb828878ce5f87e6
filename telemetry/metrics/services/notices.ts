import { Counter, type Registry } from 'prom-client';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import { addGaugeAtScrape, answerAtScrape } from '../gauge-at-scrape.ts';

/** Measures notices to readers by what is asked of the journal: in the process that sends them, for no other asks. */
export function observeNotices(
  registry: Registry,
): (journal: JournalDatabase, call: string, args: readonly unknown[], result: unknown) => void {
  const attempts = new Counter({
    name: 'patron_graph_notice_attempts_total',
    help: 'Attempts to deliver a notice. A given_up one is not tried again unless staff ask for it.',
    labelNames: ['endpoint', 'outcome'],
    registers: [registry],
  });
  /** Null while another process sends. */
  let sending: JournalDatabase | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_notices',
      help: 'Notices by state: pending, or undelivered, which were given up within the last thirty days.',
      labelNames: ['state'],
      aggregator: 'max',
    },
    async () => {
      const counts = sending === null ? null : await answerAtScrape(sending.countDeliveries());
      return Object.entries(counts ?? {}).map(([state, count]) => [{ state }, count]);
    },
  );
  return (journal, call, args, result) => {
    switch (call) {
      case 'leaseNotices':
        sending = result === null ? null : journal;
        break;
      case 'leaveNotices':
        sending = null;
        break;
      case 'dueDeliveries': {
        const [endpoint] = args as Parameters<JournalDatabase['dueDeliveries']>;
        // A counter must be there before it grows, or its first growth is not seen.
        attempts.inc({ endpoint, outcome: 'given_up' }, 0);
        break;
      }
      case 'delivered': {
        const [, endpoint] = args as Parameters<JournalDatabase['delivered']>;
        attempts.inc({ endpoint, outcome: 'delivered' });
        break;
      }
      case 'deliveryFailed': {
        const [, endpoint, { retryAfterMs }] = args as Parameters<JournalDatabase['deliveryFailed']>;
        attempts.inc({ endpoint, outcome: retryAfterMs === null ? 'given_up' : 'failed' });
        break;
      }
    }
  };
}
