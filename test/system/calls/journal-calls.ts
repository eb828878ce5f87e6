import type { RunningSystem } from '../running-system.ts';

/**
 * Calls of the journal that belong to no request: the reconciler, the feed, the books, the log of changes, and the check of its
 * health.
 */
const inBackground: ReadonlySet<string> = new Set([
  'accountsAfter',
  'accountsOf',
  'accountsRefused',
  'areHoldsTold',
  'followFeed',
  'lastSendNumber',
  'logFeedPage',
  'logFigures',
  'logHolds',
  'logState',
  'loggedSequence',
  'numberLog',
  'ping',
  'recentChanges',
  'readLog',
  'saveFeedPage',
  'saveIndexedNumber',
  'seedHolds',
  'takeDue',
  'withoutEvent',
  'withoutEventAfter',
]);

const counter = /^patron_graph_journal_call_duration_seconds_count\{call="(\w+)".*\} (\d+)$/gm;

/** The number of calls of the journal so far, for requests. Each is one transaction. */
export async function journalCalls({ metrics }: RunningSystem): Promise<number> {
  const counts = [...(await metrics()).matchAll(counter)];
  return counts.reduce((sum, [, call = '', count]) => sum + (inBackground.has(call) ? 0 : Number(count)), 0);
}
