import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalDatabase, NewNotice } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { WebhookEndpoint } from '../../../subgraphs/notices/endpoints/read-endpoints.ts';
import { allKinds } from '../../../subgraphs/notices/kinds.ts';
import type { SendingTimes } from '../../../subgraphs/notices/sending/back-off.ts';
import { type NoticeOptions, type NoticeServices, startNotices } from '../../../subgraphs/notices/start.ts';
import { secret } from '../../support/journal-secret.ts';
import { bytesOf } from '../../support/servers/webhook-receiver.ts';

/** As `sendingTimes`, a thousand times as fast. */
export const fastTimes: SendingTimes = {
  firstRetryMs: 20,
  maxRetryMs: 200,
  giveUpAfterMs: 60_000,
  maxEndpointPauseMs: 50,
  pollMs: 10,
};

export const endpointAt = (
  name: string,
  url: string,
  secrets: readonly string[],
  more: Partial<WebhookEndpoint> = {},
): WebhookEndpoint => ({
  name,
  url: new URL(url),
  secrets: secrets.map(bytesOf),
  kinds: new Set(allKinds),
  caFile: null,
  ...more,
});

/** One notice for each patron, P0000001 and so on, to these endpoints. */
export const overdueOf = (count: number, endpoints: readonly string[]): NewNotice[] =>
  Array.from({ length: count }, (_, index) => {
    const patronId = `P${String(index + 1).padStart(7, '0')}`;
    return { kind: 'loan.overdue', patronId, occasion: `${patronId} 2026-11-25`, endpoints };
  });

/** What was logged, as text. */
export class Log {
  readonly lines: string[] = [];
  warn = (details: Record<string, unknown>, message: string) => this.#add('warn', details, message);
  error = (details: Record<string, unknown>, message: string) => this.#add('error', details, message);

  #add(level: string, details: Record<string, unknown>, message: string): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  }
}

/** Services with nothing to make notices of: those of a test are made by itself. */
function onlySending(journal: JournalDatabase, log: Log): NoticeServices {
  const nothing = {
    progress: async () => ({ isWhole: false }),
    loans: async () => [],
    holds: async () => [],
    applications: async () => [],
    lossReports: async () => [],
    eventsAfter: async () => [],
  };
  return { notices: journal, index: nothing, log, ...unasked(nothing) };
}

/** Circulation and card management are asked for nothing that would be made notices of. */
function unasked(nothing: object): Pick<NoticeServices, 'circulation' | 'cards'> {
  const systems = nothing as NoticeServices['circulation'] & NoticeServices['cards'];
  return { circulation: systems, cards: systems };
}

export const start = (
  journal: JournalDatabase,
  endpoints: readonly WebhookEndpoint[],
  options: NoticeOptions = {},
  log = new Log(),
): AsyncDisposable =>
  startNotices(onlySending(journal, log), endpoints, { times: fastTimes, attemptMs: 400, ...options });

/** A journal in a new file, and how another process opens it. */
export interface JournalFile extends AsyncDisposable {
  readonly journal: JournalDatabase;
  readonly path: string;
}

export async function createJournalFile(): Promise<JournalFile> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'notices-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'journal.sqlite');
  const journal = resources.use(await openSqliteJournal({ secret, path }));
  const open = resources.move();
  return { journal, path, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
