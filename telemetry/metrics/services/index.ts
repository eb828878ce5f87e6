import type { Registry } from 'prom-client';
import type { ServerObserver } from '../../../platform/http/server-observer.ts';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';
import { measureAlarms } from './alarms.ts';
import { measureAnswers } from './answers.ts';
import { measureBacklog } from './backlog.ts';
import { measureLog } from './change-log.ts';
import { measureFeed } from './feed.ts';
import { measureFollowedChanges } from './followed-changes.ts';
import { measureJournal } from './journal.ts';
import { measureLegacyCalls } from './legacy-calls.ts';
import { measureIndex } from './library-index.ts';
import { measureNotices } from './notices.ts';
import { measureOwing } from './owing.ts';
import { measurePinAttempts } from './pin-attempts.ts';
import { measureStationVisits } from './station-visits.ts';

/** The metrics of a process that runs subgraphs, without the metrics of its server. */
export const createServiceMetrics = (
  registry: Registry,
): Required<Omit<ServiceObserver, keyof ServerObserver>> => ({
  ...measureLegacyCalls(registry),
  ...measureJournal(registry),
  ...measureBacklog(registry),
  ...measureNotices(registry),
  ...measureIndex(registry),
  ...measureOwing(registry),
  ...measureFeed(registry),
  ...measureFollowedChanges(registry),
  ...measureLog(registry),
  ...measureAnswers(registry),
  ...measurePinAttempts(registry),
  ...measureStationVisits(registry),
  ...measureAlarms(registry),
});
