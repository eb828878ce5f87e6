/** What a process that runs subgraphs measures. */
import type { Registry } from 'prom-client';
import type { CallObserver } from '../../../adapters/soap/call-observer.ts';
import type { IndexDatabase } from '../../../store/index/port.ts';
import type { ObserveAttempt } from '../../../subgraphs/operations/attempts/failure-limits.ts';
import type { ProcessLog } from '../../../subgraphs/runtime/errors.ts';
import { countAlarms } from './alarms.ts';
import { type ObserveSubgraph, observeSubgraphs } from './answers.ts';
import { observeFeed, type ReportFeedLag } from './feed.ts';
import { type ObserveJournal, observeJournals } from './journal.ts';
import { observeLegacyCalls } from './legacy-calls.ts';
import { addIndexMetrics } from './library-index.ts';
import { countPinAttempts } from './pin-attempts.ts';

export interface ServiceMetrics {
  readonly calls: CallObserver;
  readonly observeJournal: ObserveJournal;
  /** Tells of this index from now on. */
  readonly watchIndex: (index: Pick<IndexDatabase, 'progress'>) => void;
  readonly reportFeedLag: ReportFeedLag;
  readonly observeSubgraph: ObserveSubgraph;
  readonly observeAttempt: ObserveAttempt;
  readonly countAlarms: (log: ProcessLog) => ProcessLog;
}

export const createServiceMetrics = (registry: Registry): ServiceMetrics => ({
  calls: observeLegacyCalls(registry),
  observeJournal: observeJournals(registry),
  watchIndex: addIndexMetrics(registry),
  reportFeedLag: observeFeed(registry),
  observeSubgraph: observeSubgraphs(registry),
  observeAttempt: countPinAttempts(registry),
  countAlarms: countAlarms(registry),
});
