import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type {
  ApplicationFilter,
  ApplicationIndex,
  ApplicationOrder,
  ApplicationQuery,
  ApplicationReading,
  FoundLossReport,
  IndexedLossReport,
} from './port.ts';
import {
  type ApplicationRow,
  applicationOf,
  type BuildRow,
  checkCount,
  first,
  last,
  readBuild,
} from './rows.ts';
import type { StatementName } from './statements/index.ts';
import type { Ask, AskWithin, IndexStore } from './store.ts';
import { writeInBuild } from './write-in-build.ts';

interface LossReportRow {
  readonly id: string;
  readonly card_sealed: string;
  readonly reported_at: string;
}

type FoundLossReportRow = LossReportRow & { readonly previous: string | null };

const lossReportOf = (encryption: Encryption, row: LossReportRow): IndexedLossReport => ({
  id: row.id,
  libraryCardNumber: encryption.decrypt(row.card_sealed),
  reportedAt: row.reported_at,
});

const foundLossReportOf = (encryption: Encryption, row: FoundLossReportRow): FoundLossReport => ({
  ...lossReportOf(encryption, row),
  previousId: row.previous,
});

const cardDigests = (encryption: Encryption, libraryCardNumbers: readonly string[]): readonly string[] =>
  libraryCardNumbers.map((number) => encryption.digest('card', number));

interface CountRow {
  readonly count: number | string;
}

export function applicationsOf(store: IndexStore, encryption: Encryption): ApplicationIndex {
  const { ask } = store;
  return {
    ...lossReportListsOf(ask, encryption),
    async applications(query) {
      checkCount(query.maxItems);
      return (await applicationRows(ask, encryption, query)).map((row) => applicationOf(encryption, row));
    },
    countApplications: (query) => countApplications(ask, encryption, query),
    async hasAllApplications() {
      const row = await readBuild(ask);
      return row?.has_all_applications === 1;
    },
    async saveApplications(applications) {
      checkCount(applications.length);
      await store.write((write) => saveAllApplications(write, encryption, applications));
    },
    async saveListedApplications({ id, lastApplication }, applications, lastId) {
      checkCount(applications.length);
      const isPositionUnmoved = (build: BuildRow) => build.last_application === (lastApplication ?? first);
      return await writeInBuild(store, id, isPositionUnmoved, function* (write) {
        yield* saveAllApplications(write, encryption, applications);
        yield* write('saveLastApplication', [lastId]);
      });
    },
    async saveLossReports(reports) {
      checkCount(reports.length);
      await store.write((write) => saveAllLossReports(write, encryption, reports));
    },
    async saveListedLossReports({ id, lastLossReport }, reports, lastId) {
      checkCount(reports.length);
      const isPositionUnmoved = (build: BuildRow) => build.last_loss_report === (lastLossReport ?? first);
      return await writeInBuild(store, id, isPositionUnmoved, function* (write) {
        yield* saveAllLossReports(write, encryption, reports);
        yield* write('saveLastLossReport', [lastId]);
      });
    },
    async undecidedAfter(after, maxItems) {
      checkCount(maxItems);
      const rows = await ask<{ id: string }>('undecided', [after ?? first, maxItems]);
      return rows.map(({ id }) => id);
    },
    async finishApplications({ id, lastApplication, lastLossReport }) {
      const isPositionUnmoved = (build: BuildRow) =>
        build.last_application === (lastApplication ?? first) &&
        build.last_loss_report === (lastLossReport ?? first);
      return await writeInBuild(store, id, isPositionUnmoved, (write) => write('finishApplications', []));
    },
  };
}

type LossReportLists =
  | 'lossReports'
  | 'countLossReports'
  | 'lossReportsOfCards'
  | 'countLossReportsOfCards'
  | 'lossReport';

function lossReportListsOf(ask: Ask, encryption: Encryption): Pick<ApplicationIndex, LossReportLists> {
  return {
    async lossReports(before, maxItems) {
      checkCount(maxItems);
      const rows = await ask<LossReportRow>('lossReports', [before ?? last, maxItems]);
      return rows.map((row) => lossReportOf(encryption, row));
    },
    async lossReportsOfCards({ libraryCardNumbers, order, after, maxItems }) {
      checkCount(maxItems);
      const { start, ofCards } = lossReportPages[order];
      const values = [cardDigests(encryption, libraryCardNumbers), after ?? start, maxItems];
      const rows = await ask<FoundLossReportRow>(ofCards, values);
      return rows.map((row) => foundLossReportOf(encryption, row));
    },
    async countLossReportsOfCards(libraryCardNumbers) {
      const values = [cardDigests(encryption, libraryCardNumbers)];
      const [row] = await ask<CountRow>('countLossReportsOfCards', values);
      return Number(row?.count ?? 0);
    },
    async lossReport(id) {
      const [row] = await ask<FoundLossReportRow>('lossReport', [id]);
      return row === undefined ? null : foundLossReportOf(encryption, row);
    },
    async countLossReports() {
      const [row] = await ask<CountRow>('countLossReports', []);
      return Number(row?.count ?? 0);
    },
  };
}

function saveAllApplications(
  ask: AskWithin,
  encryption: Encryption,
  applications: readonly ApplicationReading[],
): Asking<unknown> {
  return all(applications.flatMap((application) => saveApplication(ask, encryption, application)));
}

function saveAllLossReports(
  ask: AskWithin,
  encryption: Encryption,
  reports: readonly IndexedLossReport[],
): Asking<unknown> {
  return all(
    reports.map(({ id, libraryCardNumber, reportedAt }) => {
      const card = encryption.digest('card', libraryCardNumber);
      return ask('putLossReport', [id, card, encryption.encrypt(libraryCardNumber), reportedAt]);
    }),
  );
}

function saveApplication(
  ask: AskWithin,
  encryption: Encryption,
  { id, patronId, channel, status, submittedAt, decidedAt, documents }: ApplicationReading,
): readonly Asking<unknown>[] {
  const patron = patronId === null ? null : encryption.digest('patron', patronId);
  const sealed = patronId === null ? null : encryption.encrypt(patronId);
  return [
    ask('putApplication', [id, patron, sealed, channel, status, submittedAt, decidedAt]),
    ask('removeDocuments', [id]),
    ...documents.map((number) => ask('putDocument', [encryption.digest('document', number), id])),
  ];
}

/** Reads a page of applications: those of a document or of a patron, or else those with a status, or else all. */
async function applicationRows(
  ask: Ask,
  encryption: Encryption,
  { status, channel, of, order, after, maxItems }: ApplicationQuery,
): Promise<readonly ApplicationRow[]> {
  const pages = applicationPages[order];
  const page = [after ?? pages.start, maxItems];
  if (of !== null) {
    const statement = 'document' in of ? pages.ofDocument : pages.ofPatron;
    return await ask(statement, [status, channel, digestOf(encryption, of), ...page]);
  }
  return status === null
    ? await ask(pages.ofAll, [channel, ...page])
    : await ask(pages.ofStatus, [status, channel, ...page]);
}

/** For each order: the statements that read a page, and the position at which the first page begins (`start`). */
const applicationPages = {
  OLDEST_FIRST: {
    start: first,
    ofAll: 'oldestApplications',
    ofStatus: 'oldestOfStatus',
    ofPatron: 'oldestOfPatron',
    ofDocument: 'oldestOfDocument',
  },
  NEWEST_FIRST: {
    start: last,
    ofAll: 'newestApplications',
    ofStatus: 'newestOfStatus',
    ofPatron: 'newestOfPatron',
    ofDocument: 'newestOfDocument',
  },
} as const satisfies Record<ApplicationOrder, Record<string, StatementName | typeof first | typeof last>>;

const lossReportPages = {
  OLDEST_FIRST: { start: first, ofCards: 'oldestLossReportsOfCards' },
  NEWEST_FIRST: { start: last, ofCards: 'newestLossReportsOfCards' },
} as const satisfies Record<ApplicationOrder, object>;

async function countApplications(
  ask: Ask,
  encryption: Encryption,
  { status, channel, of }: ApplicationFilter,
): Promise<number> {
  const [row] =
    of === null
      ? await ask<CountRow>('countApplications', [status, channel])
      : await ask<CountRow>('document' in of ? 'countApplicationsOfDocument' : 'countApplicationsOfPatron', [
          status,
          channel,
          digestOf(encryption, of),
        ]);
  return Number(row?.count ?? 0);
}

const digestOf = (encryption: Encryption, of: NonNullable<ApplicationFilter['of']>): string =>
  'document' in of ? encryption.digest('document', of.document) : encryption.digest('patron', of.patronId);
