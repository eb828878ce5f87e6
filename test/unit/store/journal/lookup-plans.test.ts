/** The lookups of staff use an index. So they read only the rows that they find, even in a large table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { statements as postgresStatements } from '../../../../store/journal/postgres/statements.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { statements as sqliteStatements } from '../../../../store/journal/sqlite/statements.ts';
import { secret } from '../../../support/journal-secret.ts';
import { findPostgres } from '../../../support/postgres.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const lookups = [
  ['byCode', 'operations_by_code', ['0', 10]],
  ['ofReference', 'operations_by_reference', ['r1', 10]],
  ['newestOfPatron', 'operations_by_about_patron', ['2026-01-01T00:00:00Z', 'x', 10, 'p1', 'DONE']],
  ['oldestOfPatron', 'operations_by_about_patron', ['2026-01-01T00:00:00Z', 'x', 10, 'p1', null]],
  ['ofCaller', 'operations_by_about_patron', ['2026-01-01T00:00:00Z', 'x', 10, 'p1', 'c1']],
] as const;

/** The statements that run several times a second, however many changes the log has. */
const ofLog = ['readLog', 'hasUnnumbered', 'numberLog', 'saveLastNumber', 'logFigures'] as const;

test.each(ofLog)('in SQLite %s does not read the whole log of changes', async (name) => {
  await using journal = await openJournalFile();
  const details = planOf(journal.path, name).filter((detail) => detail.includes('log_entries'));
  expect(
    details.filter((detail) => !/ USING (COVERING )?INDEX | USING INTEGER PRIMARY KEY /.test(detail)),
  ).toEqual([]);
  expect(details).not.toEqual([]);
});

async function openJournalFile() {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'lookups-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'journal.sqlite');
  await (await openSqliteJournal({ secret, path }))[Symbol.asyncDispose]();
  const open = resources.move();
  return { path, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function planOf(path: string, name: keyof typeof sqliteStatements): readonly string[] {
  using database = new DatabaseSync(path);
  database.function('journal_now', () => 0);
  const plan = database.prepare(`explain query plan ${sqliteStatements[name]}`).all();
  return plan.map(({ detail }) => String(detail));
}

test.each(lookups)('in SQLite %s uses the index %s', async (name, index) => {
  await using journal = await openJournalFile();
  const details = planOf(journal.path, name);
  // The results for a code are sorted afterwards, which is cheap: two operations hardly ever have the same code.
  expect(details.filter((detail) => !detail.startsWith('USE TEMP B-TREE') || name !== 'byCode')).toEqual([
    expect.stringMatching(`SEARCH operations USING INDEX ${index} `),
  ]);
});

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('PostgreSQL', server.reason);
} else {
  test('in PostgreSQL each uses its index', async () => {
    await using database = await server.createDatabase();
    await (await openPostgresJournal({ secret, url: database.url, tls: null }))[Symbol.asyncDispose]();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(`insert into patron_graph.operations (id, caller, reference, kind, fingerprint, state, requested_at,
          details, sealed, about_patron)
        select lpad(number::text, 22, '0'), 'c' || number, 'r' || number, 'CHECK_OUT', 'f', 'UNSETTLED', now(), 'null', 's',
          'p' || number % 100
        from generate_series(1, 5000) as number`);
      await client.query('analyze patron_graph.operations');
      for (const [name, index, values] of lookups) {
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain (costs off) ${postgresStatements[name]}`,
          [...values],
        );
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toMatch(new RegExp(`Index Scan (Backward )?(using|on) ${index}`));
        expect(plan).not.toContain('Seq Scan');
      }
    } finally {
      await client.end();
    }
  });
}
