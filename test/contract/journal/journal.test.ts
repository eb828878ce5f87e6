import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres, type PostgresDatabase, type PostgresServer } from '../../support/postgres.ts';
import { placeEmptyJournal } from '../../support/set-up/empty-journal.ts';
import { createProcessRoles, migrateForProcesses, urlAs } from '../../support/set-up/process-roles.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { receivedApplicationsContract } from './applications.contract.ts';
import { journalAttemptsContract } from './attempts.contract.ts';
import { journalAuditContract } from './audit/audit.contract.ts';
import { journalChangeAuditContract } from './audit/change-audit.contract.ts';
import { journalErasureContract } from './audit/erasure.contract.ts';
import { journalBooksContract } from './books.contract.ts';
import { journalCertaintyContract } from './certainty.contract.ts';
import { journalOwingContract } from './charges/owing.contract.ts';
import { paymentBooksContract } from './charges/payment-books.contract.ts';
import { journalDurabilityContract } from './durability.contract.ts';
import { journalFindingsContract } from './findings.contract.ts';
import type { JournalOpening } from './journal-under-test.ts';
import { journalLocksContract } from './locks.contract.ts';
import { logFeedContract, logHoldsContract } from './log/facts.contract.ts';
import { logKilledContract } from './log/killed.contract.ts';
import { journalLogContract } from './log/log.contract.ts';
import { journalLookupsContract } from './lookups.contract.ts';
import { rowNotesContract } from './notes/row-notes.contract.ts';
import { journalNoticesContract } from './notices/notices.contract.ts';
import { noticePreferencesContract } from './notices/preferences.contract.ts';
import { journalContract } from './operations.contract.ts';
import { journalMergesContract } from './places/merges.contract.ts';
import { journalPlacesContract } from './places/places.contract.ts';
import { journalReconcilingContract } from './reconciling.contract.ts';
import { journalSendingContract } from './sending.contract.ts';
import { standingBlocksContract } from './standing/standing-blocks.contract.ts';
import { journalSuspectsContract } from './suspects.contract.ts';

/** Opens a journal in a new SQLite file. The test can move its clock. */
const sqlite: JournalOpening = async () => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'journal.sqlite');
  await placeEmptyJournal(path);
  let passedMs = 0;
  let steppedMs = 0;
  // The clock has steps of 40 ms, so that consecutive rows often have the same time. A test that relies on different
  // times then fails each time, not once in a hundred runs.
  const clock = () => new Date(Math.floor(Date.now() / 40) * 40 + passedMs + steppedMs);
  const options = { secret, path, clock, monotonic: () => performance.now() + passedMs };
  const journal = resources.use(await openSqliteJournal(options));
  const moved = resources.move();
  return {
    journal,
    open: async () => moved.use(await openSqliteJournal(options)),
    async pass(ms) {
      passedMs += ms;
    },
    async step(ms) {
      steppedMs += ms;
    },
    async query(sql) {
      using database = new DatabaseSync(path);
      return database.prepare(sql).all();
    },
    table: (name) => name,
    env: { JOURNAL_FILE: path },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
};

/**
 * Opens a journal in a new PostgreSQL database, with the rights of a subgraph. The test can move its clock. The database
 * is a copy of a template, because making all tables takes longer.
 */
function postgresAt(server: PostgresServer): JournalOpening {
  let template: Promise<PostgresDatabase> | null = null;
  const prepare = async () => {
    const database = await server.createDatabase();
    await createProcessRoles(database.url);
    await migrateForProcesses(database.url);
    const url = urlAs('patron_graph_patrons', database.url);
    await (await openPostgresJournal({ secret, url, tls: null }))[Symbol.asyncDispose]();
    return database;
  };
  return async () => {
    await using resources = new AsyncDisposableStack();
    template ??= prepare();
    const database = resources.use(await server.createDatabase(await template));
    // The journal would treat the copy as a restored database. This update makes the copy look like a new database.
    await database.query(
      'update patron_graph.books set server = patron_graph.server_identity(), since = patron_graph.journal_now()',
    );
    const url = urlAs('patron_graph_patrons', database.url);
    let passedMs = 0;
    let steppedMs = 0;
    const options = { secret, url, tls: null, monotonic: () => performance.now() + passedMs };
    const journal = resources.use(await openPostgresJournal(options));
    const moved = resources.move();
    const moveClock = () =>
      database.query(`create or replace function patron_graph.journal_now() returns timestamptz
        language sql volatile as $$
          select date_trunc('milliseconds', clock_timestamp()) + interval '${passedMs + steppedMs} milliseconds'
        $$`);
    return {
      journal,
      open: async () => moved.use(await openPostgresJournal(options)),
      async pass(ms) {
        passedMs += ms;
        await moveClock();
      },
      async step(ms) {
        steppedMs += ms;
        await moveClock();
      },
      query: (sql) => database.query(sql),
      table: (name) => `patron_graph.${name}`,
      env: { JOURNAL_URL: url },
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  };
}

function journalContracts(open: JournalOpening): void {
  journalContract(open);
  journalPlacesContract(open);
  journalReconcilingContract(open);
  describe('leave to send', () => journalSendingContract(open));
  describe('the moment of certainty', () => journalCertaintyContract(open));
  describe('a lock', () => journalLocksContract(open));
  describe('the log of changes', () => journalLogContract(open));
  describe('the log of changes, between processes,', () => logKilledContract(open));
  describe('the log of changes, from the feed,', () => logFeedContract(open));
  describe('the log of changes, from differences of holds,', () => logHoldsContract(open));
  describe('merged records', () => journalMergesContract(open));
  describe('a lookup', () => journalLookupsContract(open));
  describe('received applications', () => receivedApplicationsContract(open));
  describe('attempts', () => journalAttemptsContract(open));
  describe('the audit', () => journalAuditContract(open));
  describe('an erasure', () => journalErasureContract(open));
  describe('the audit of changes', () => journalChangeAuditContract(open));
  describe('the books', () => journalBooksContract(open));
  describe('findings', () => journalFindingsContract(open));
  describe('patrons who owe something', () => journalOwingContract(open));
  describe('the books of payments', () => paymentBooksContract(open));
  describe('suspects', () => journalSuspectsContract(open));
  describe('the cards that a standing blocks', () => standingBlocksContract(open));
  describe('notices', () => journalNoticesContract(open));
  describe('notice preferences', () => noticePreferencesContract(open));
  describe('notes of staff at rows', () => rowNotesContract(open));
  journalDurabilityContract(open);
}

describe('journal in SQLite', () => journalContracts(sqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('journal in PostgreSQL', server.reason);
} else {
  describe('journal in PostgreSQL', () => journalContracts(postgresAt(server)));
}
