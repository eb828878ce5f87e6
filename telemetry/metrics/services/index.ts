/** What a process that runs subgraphs measures. */
import type { Registry } from 'prom-client';
import type { CallObserver } from '../../../adapters/soap/call-observer.ts';
import type { ProcessLog } from '../../../subgraphs/runtime/errors.ts';
import { countAlarms } from './alarms.ts';
import { type ObserveSubgraph, observeSubgraphs } from './answers.ts';
import { observeFeed, type ReportFeedLag } from './feed.ts';
import { type ObserveJournal, observeJournals } from './journal.ts';
import { observeLegacyCalls } from './legacy-calls.ts';

export interface ServiceMetrics {
  readonly calls: CallObserver;
  readonly observeJournal: ObserveJournal;
  readonly reportFeedLag: ReportFeedLag;
  readonly observeSubgraph: ObserveSubgraph;
  readonly countAlarms: (log: ProcessLog) => ProcessLog;
}

export const createServiceMetrics = (registry: Registry): ServiceMetrics => ({
  calls: observeLegacyCalls(registry),
  observeJournal: observeJournals(registry),
  reportFeedLag: observeFeed(registry),
  observeSubgraph: observeSubgraphs(registry),
  countAlarms: countAlarms(registry),
});
