import { Counter, type Registry } from 'prom-client';
import type { JournalObserver } from '../../../store/journal/observed-journal.ts';
import type { FollowedBooks } from '../../../store/journal/port.ts';
import { BoundHistogram } from '../bound-series.ts';
import { addGaugeAtScrape, PassingMeasure } from '../gauge-at-scrape.ts';
import { discrepancies } from './finding-kinds.ts';

/** Bounds in seconds. A statement waits for the disk, and perhaps for another transaction. It may take four seconds. */
const callBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/**
 * Bounds in seconds. A change is settled with its answer, or within a minute. It takes longer only if its system is
 * unreachable.
 */
const settlingBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

/**
 * The time for which the last report about reservations is shown, in ms. The process that reads circulation's events
 * reports at least every 30 seconds whether loans and holds can be reserved. If its last report is older, another
 * process may have taken over.
 */
const placesKnownMs = 60_000;

/**
 * Measures the calls to the journal, the settled operations, and the findings. Shows whether new loans and holds are
 * refused because the journal is not compared with circulation.
 */
export function measureJournal(registry: Registry, monotonic: () => number = () => performance.now()) {
  const registers = [registry];
  const durations = new BoundHistogram({
    name: 'patron_graph_journal_call_duration_seconds',
    help: 'Time of a call of the journal. error_type is empty, unavailable, or other for a defect.',
    labelNames: ['call', 'error_type'],
    buckets: callBuckets,
    registry,
  });
  const settling = new BoundHistogram({
    name: 'patron_graph_operation_settling_duration_seconds',
    help: "Time from an operation's request until it was settled, by the journal's clock.",
    labelNames: ['kind', 'state'],
    buckets: settlingBuckets,
    registry,
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
  // A counter must be shown before it grows, or Prometheus doesn't see its first increase.
  for (const discrepancy of discrepancies) {
    findings.inc({ discrepancy }, 0);
  }
  /** 1 if no loan or hold can be reserved. No value in a process that doesn't read circulation's events. */
  const placesClosed = new PassingMeasure(placesKnownMs, monotonic);
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_places_closed',
      help: '1 while no place is reserved, because the books are not compared with circulation; 0 while an operator has opened them. Only the process that follows circulation has it.',
      aggregator: 'max',
    },
    () => placesClosed.readings(),
  );
  return {
    journalCalled: (call, failure, ms) => durations.observe(ms / 1000, call, failure ?? ''),
    settled({ operation: { kind, state, requestedAt, settledAt }, overturnsRefusal }) {
      if (settledAt !== null) {
        settling.observe((settledAt.getTime() - requestedAt.getTime()) / 1000, kind, state);
      }
      overturned.inc(overturnsRefusal ? 1 : 0);
    },
    findingsRecorded(recorded) {
      for (const { discrepancy } of recorded) {
        findings.inc({ discrepancy });
      }
    },
    booksFollowed(books) {
      placesClosed.measured(books === null ? null : Number(areClosed(books)));
    },
  } satisfies JournalObserver;
}

/**
 * Whether no loan or hold can be reserved: the database was restored, promoted or restarted, and no operator has
 * allowed them again.
 */
const areClosed = ({ isRestored, isStarted, isOpened }: FollowedBooks): boolean =>
  (isRestored || isStarted) && !isOpened;
