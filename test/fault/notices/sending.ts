import { join } from 'node:path';
import type { Patron } from '../../../adapters/patrons/port.ts';
import type { JournalDatabase, NewNotice } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { WebhookEndpoint } from '../../../subgraphs/notices/endpoints/read-endpoints.ts';
import { allKinds } from '../../../subgraphs/notices/kinds.ts';
import type { SendingTimes } from '../../../subgraphs/notices/sending/back-off.ts';
import type { NoticeEndpoint } from '../../../subgraphs/notices/sending/endpoint.ts';
import { concurrentDeliveries } from '../../../subgraphs/notices/sending/endpoint-sender.ts';
import { openWebhook } from '../../../subgraphs/notices/sending/post.ts';
import { type NoticeOptions, type NoticeServices, startNotices } from '../../../subgraphs/notices/start.ts';
import { secret } from '../../support/journal-secret.ts';
import { bytesOf } from '../../support/servers/webhook-receiver.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** Like `sendingTimes`, but a thousand times as fast. */
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

/** One notice to the given endpoints for each of `count` patrons, from P0000001 on. */
export const overdueOf = (count: number, endpoints: readonly string[]): NewNotice[] =>
  Array.from({ length: count }, (_, index) => {
    const patronId = `P${String(index + 1).padStart(7, '0')}`;
    return {
      kind: 'loan.overdue',
      patronId,
      occasion: `${patronId} 2026-11-25`,
      endpoints,
      formerEmail: null,
    };
  });

/** Keeps the lines of a log as text. */
export class Log {
  readonly lines: string[] = [];
  warn = (details: Record<string, unknown>, message: string) => this.#add('warn', details, message);
  error = (details: Record<string, unknown>, message: string) => this.#add('error', details, message);

  #add(level: string, details: Record<string, unknown>, message: string): void {
    this.lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  }
}

/** Services that find no reason for notices, because tests make their own notices. */
function onlySending(journal: JournalDatabase, log: Log, patrons: NoticeServices['patrons']): NoticeServices {
  const nothing = {
    progress: async () => ({ isOpen: false }),
    loans: async () => [],
    holds: async () => [],
    applications: async () => [],
    lossReports: async () => [],
    eventsAfter: async () => [],
  };
  // These systems are never called, because the index is empty.
  const systems = nothing as object as NoticeServices['circulation'] & NoticeServices['cards'];
  return {
    notices: journal,
    merged: journal,
    accountNews: journal,
    changes: journal,
    journal,
    index: nothing,
    log,
    circulation: systems,
    cards: systems,
    patrons,
  };
}

/** A registry in which everybody is active. */
const everybodyActive: NoticeServices['patrons'] = {
  findMany: async (numbers) =>
    numbers.map((number) => ({ number, status: 'ACTIVE', email: null }) as Partial<Patron> as Patron),
};

/** Sends what is due to the endpoints, as quickly as `fastTimes` says. */
export const startSending = (
  journal: JournalDatabase,
  endpoints: readonly NoticeEndpoint[],
  options: NoticeOptions = {},
  log = new Log(),
  patrons = everybodyActive,
): AsyncDisposable =>
  startNotices(onlySending(journal, log, patrons), endpoints, { times: fastTimes, ...options });

/** Sends to webhooks. `attemptMs` is the time limit of an attempt. */
export const start = (
  journal: JournalDatabase,
  endpoints: readonly WebhookEndpoint[],
  { attemptMs = 400, ...options }: NoticeOptions & { readonly attemptMs?: number } = {},
  log = new Log(),
  patrons = everybodyActive,
): AsyncDisposable =>
  startSending(
    journal,
    endpoints.map((endpoint) => openWebhook(endpoint, concurrentDeliveries, log, attemptMs)),
    options,
    log,
    patrons,
  );

/** A journal in a new file, which other processes can open. */
export interface JournalFile extends AsyncDisposable {
  readonly journal: JournalDatabase;
  readonly path: string;
}

export async function createJournalFile(): Promise<JournalFile> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await openTemporaryFolder());
  const path = join(folder.path, 'journal.sqlite');
  const journal = resources.use(await openSqliteJournal({ secret, path }));
  const open = resources.move();
  return { journal, path, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
