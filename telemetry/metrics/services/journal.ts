import { Counter, Histogram, type Registry } from 'prom-client';
import {
  type Discrepancy,
  type FollowedBooks,
  type JournalDatabase,
  JournalUnavailable,
  type Settlement,
} from '../../../store/journal/port.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';
import { addBacklogMetrics } from './backlog.ts';
import { observeNotices } from './notices.ts';

/** The same journal, whose calls are measured. The last one that was given is asked for its backlog at each scrape. */
export type ObserveJournal = (journal: JournalDatabase) => JournalDatabase;

/** A statement waits for the disk, and perhaps for another transaction. It has four seconds. */
const callBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** A change is settled with its answer, or within a minute; later only if its system is away. */
const settlingBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

const discrepancies: Readonly<Record<Discrepancy, true>> = {
  OPERATION_LOST: true,
  DONE_AFTER_REFUSAL: true,
  DONE_TWICE: true,
  DONE_TOO_LATE: true,
  NOT_DONE: true,
  OVER_LIMIT: true,
};

export function observeJournals(registry: Registry): ObserveJournal {
  const registers = [registry];
  const durations = new Histogram({
    name: 'patron_graph_journal_call_duration_seconds',
    help: 'Time of a call of the journal. error_type is empty, unavailable, or other for a defect.',
    labelNames: ['call', 'error_type'],
    buckets: callBuckets,
    registers,
  });
  const countResults = observeResults(registry);
  const backlog = addBacklogMetrics(registry);
  const countNotices = observeNotices(registry);
  const timed = async (call: string, ask: () => unknown): Promise<unknown> => {
    const startedAt = performance.now();
    const observe = (error_type: string) =>
      durations.observe({ call, error_type }, (performance.now() - startedAt) / 1000);
    try {
      const result = await ask();
      observe('');
      countResults(call, result);
      return result;
    } catch (error) {
      observe(error instanceof JournalUnavailable ? 'unavailable' : 'other');
      throw error;
    }
  };
  return (journal) => {
    backlog.watch(journal);
    // Every method that asks the database, whatever the port has.
    return new Proxy(journal, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' && typeof name === 'string' && name !== 'connections'
          ? async (...args: readonly unknown[]) => {
              const result = await timed(name, () => Reflect.apply(value, target, args));
              countNotices(target, name, args, result);
              return result;
            }
          : value;
      },
    });
  };
}

/** Measures what the journal has settled and found, by what its calls resolve to. */
function observeResults(registry: Registry): (call: string, result: unknown) => void {
  const registers = [registry];
  const settling = new Histogram({
    name: 'patron_graph_operation_settling_duration_seconds',
    help: "Time from an operation's request until it was settled, by the journal's clock.",
    labelNames: ['kind', 'state'],
    buckets: settlingBuckets,
    registers,
  });
  const overturned = new Counter({
    name: 'patron_graph_refusals_overturned_total',
    help: 'Operations that stood as refused, and were done after all.',
    registers,
  });
  const findings = new Counter({
    name: 'patron_graph_findings_total',
    help: "What doesn't agree between the journal and circulation, when it was found first.",
    labelNames: ['discrepancy'],
    registers,
  });
  // A counter must be there before it grows, or its first growth is not seen.
  for (const discrepancy of Object.keys(discrepancies)) {
    findings.inc({ discrepancy }, 0);
  }
  let followed: FollowedBooks | null = null;
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_places_closed',
      help: '1 while no place is reserved, because the database was restored. Only the process that follows circulation has it.',
      aggregator: 'max',
    },
    () => (followed === null ? [] : [[{}, followed.isRestored ? 1 : 0]]),
  );
  return (call, result) => {
    switch (call) {
      case 'settle': {
        const { operation, overturnsRefusal } = result as Settlement;
        const { kind, state, requestedAt, settledAt } = operation;
        if (settledAt !== null) {
          settling.observe({ kind, state }, (settledAt.getTime() - requestedAt.getTime()) / 1000);
        }
        overturned.inc(overturnsRefusal ? 1 : 0);
        break;
      }
      case 'recordFindings':
        for (const { discrepancy } of result as Awaited<ReturnType<JournalDatabase['recordFindings']>>) {
          findings.inc({ discrepancy });
        }
        break;
      case 'followFeed':
        followed = result as FollowedBooks | null;
        break;
    }
  };
}
